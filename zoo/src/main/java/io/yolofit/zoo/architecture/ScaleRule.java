package io.yolofit.zoo.architecture;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Selects the scale of an architecture file that has `scales`.
///
/// 1. The key `scale` of the file selects a scale.
/// 2. The name of the file selects a scale with the letters after `yolo` and its version, or after a separator:
///    `yolov8m.yaml`, `yolov8m-custom.yaml`, `my_yolov8_m.yaml`, `yolo-m-custom.yaml`. Only whole words count:
///    `yolov8medium.yaml` selects nothing unless there is a scale `medium`. Folders do not count.
/// 3. Otherwise the first scale is used.
///
/// If key and name, or two parts of the name, select different scales, the file is ambiguous, which is an error. So is
/// a single letter after the version that is not a scale of the file: `yolov8q.yaml`.
///
/// A file that does not exist is looked for without its letter: `yolov8m-custom.yaml` is `yolov8-custom.yaml` at scale
/// m.
final class ScaleRule {
    private static final Pattern IN_NAME =
            Pattern.compile("yolo(v?\\d+)?([-_]?)(?!p\\d)([a-z]+)", Pattern.CASE_INSENSITIVE);
    private static final String UNIFIED_SUFFIX = "u"; // yolov5nu: v5 with the anchor-free head

    private ScaleRule() {
    }

    /// A name without its scale, and the scale.
    record Split(String name, String scale) {
    }

    /// @param file of the architecture, for its name
    /// @throws ArchitectureException if the scale is ambiguous or unknown
    static ArchitectureCatalog.Sized select(Architecture architecture, Path file) {
        Map<String, Scale> scales = architecture.scales();
        Optional<String> key = architecture.scaleKey();
        if (scales.isEmpty() || scales.containsKey("")) {
            return new ArchitectureCatalog.Sized(architecture, architecture.scale(""));
        }
        Set<String> named = named(file, scales);
        if (key.isPresent() && !named.isEmpty() && !named.contains(key.get())) {
            throw new ArchitectureException("the file's name says scale '" + String.join("' and '", named)
                    + "', but its key 'scale' says '" + key.get() + "'", file.toString(),
                    "rename the file or change the key");
        }
        if (key.isEmpty() && named.size() > 1) {
            throw new ArchitectureException("the file's name says more than one scale: " + String.join(", ", named),
                    file.toString(), "rename the file, or give one of them as its key 'scale'");
        }
        ScaleSource source = key.isPresent() ? ScaleSource.FILE_KEY : !named.isEmpty() ? ScaleSource.FILE_NAME
                : scales.size() > 1 ? ScaleSource.FIRST : ScaleSource.GIVEN;
        String name = key.or(() -> named.stream().findFirst()).orElse("");
        return new ArchitectureCatalog.Sized(architecture, architecture.scale(name), source);
    }

    private static Set<String> named(Path file, Map<String, Scale> scales) {
        Set<String> found = new LinkedHashSet<>();
        Matcher matcher = IN_NAME.matcher(stem(file));
        while (matcher.find()) {
            boolean follows = matcher.group(1) != null && matcher.group(2).isEmpty();
            if (!follows && matcher.group(2).isEmpty()) {
                continue; // "yolox": no version and no separator
            }
            String word = matcher.group(3).toLowerCase(Locale.ROOT);
            String scale = scales.containsKey(word) || !word.endsWith(UNIFIED_SUFFIX) ? word
                    : word.substring(0, word.length() - 1);
            if (scales.containsKey(scale)) {
                found.add(scale);
            } else if (follows && scale.length() == 1) {
                throw new ArchitectureException("the file's name says scale '" + scale + "', but its scales are "
                        + String.join(", ", scales.keySet()), file.toString(), "rename the file or add the scale");
            }
        }
        return found;
    }

    /// Splits the scale letter from a file's name: `yolov8m-custom.yaml` to `yolov8-custom.yaml` and `m`.
    static List<Split> withoutScale(String fileName) {
        List<Split> splits = new ArrayList<>();
        Matcher matcher = Pattern.compile("yolov?\\d+([a-z])(?![a-z])").matcher(fileName);
        while (matcher.find()) {
            splits.add(new Split(fileName.substring(0, matcher.start(1)) + fileName.substring(matcher.end(1)),
                    matcher.group(1)));
        }
        return splits;
    }

    private static String stem(Path file) {
        return file.getFileName().toString().replaceAll("\\.ya?ml$", "");
    }
}
