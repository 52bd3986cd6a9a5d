package io.yolofit.zoo.architecture;

import io.yolofit.base.DidYouMean;
import io.yolofit.base.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds architectures by their customary names (`yolov8n`, `yolov8n.yaml`, `yolov5nu`, `yolov8s-p2`) or by file.
public final class ArchitectureCatalog {
    /// Built-in families.
    public static final List<String> FAMILIES = List.of("yolov5", "yolov5-p6", "yolov8", "yolov8-p2", "yolov8-p6",
            "yolov9t", "yolov9s", "yolov9m", "yolov9c", "yolov9e",
            "yolov9-t", "yolov9-s", "yolov9-m", "yolov9-c", "yolov9-e",
            "yolov10n", "yolov10s", "yolov10m", "yolov10b", "yolov10l", "yolov10x", "yolo11", "yolo12", "yolo26");

    private static final Pattern NAME = Pattern.compile("(yolov?\\d+)([a-z])?(u)?(-p\\d)?");
    private static final Pattern GELAN = Pattern.compile("gelan-([a-z])");
    private static final Pattern LARGE_V5 = Pattern.compile("yolov5([a-z])6u?");

    private ArchitectureCatalog() {
    }

    /// An architecture at a scale.
    ///
    /// @param source what selected the scale
    public record Sized(Architecture architecture, Scale scale, ScaleSource source) {
        /// A scale that was given explicitly.
        public Sized(Architecture architecture, Scale scale) {
            this(architecture, scale, ScaleSource.GIVEN);
        }

        /// With other multiples of repeats and widths; an empty one stays.
        ///
        /// @throws ArchitectureException if the architecture has no scales
        public Sized with(Optional<Double> depth, Optional<Double> width) {
            if (depth.isEmpty() && width.isEmpty()) {
                return this;
            }
            if (architecture.scales().isEmpty()) {
                throw new ArchitectureException(Failure.naming(architecture.name(), architecture.name()
                        + " has no scales, so that depth and width do not apply",
                        "leave them out, or add 'scales', 'depth_multiple' or 'width_multiple' to the file"));
            }
            return new Sized(architecture, new Scale(scale.name(), depth.orElse(scale.depth()),
                    width.orElse(scale.width()), scale.maxChannels()), source);
        }

        /// `yolov8n-p2`: family, scale, variant.
        public String name() {
            Matcher matcher = Pattern.compile("(yolov?\\d+)(-p\\d)?").matcher(architecture.name());
            return matcher.matches()
                    ? matcher.group(1) + scale.name() + (matcher.group(2) == null ? "" : matcher.group(2))
                    : architecture.name();
        }
    }

    /// Looks for a file first, then for a built-in model. The scale of a file is selected by its key `scale`, or by its
    /// name, as in `yolov8m-custom.yaml`; otherwise it is the first.
    ///
    /// @throws ArchitectureException that lists the built-in models if there is neither, or if the scale is ambiguous
    public static Sized find(String name) {
        Path path = path(name);
        if (Files.isRegularFile(path)) {
            return ScaleRule.select(read(path), path);
        }
        return withoutScale(path).orElseGet(() -> known(name));
    }

    /// Looks for a built-in model only.
    ///
    /// @throws ArchitectureException that lists the built-in models if there is no such model
    public static Sized known(String name) {
        String stem = canonical(stem(path(name)));
        Matcher matcher = NAME.matcher(stem);
        if (FAMILIES.contains(stem)) {
            Architecture architecture = builtIn(stem);
            return new Sized(architecture, architecture.scale(""),
                    architecture.scales().size() < 2 ? ScaleSource.GIVEN : ScaleSource.FIRST);
        }
        if (!matcher.matches() || matcher.group(2) == null) {
            throw unknown(name);
        }
        String family = matcher.group(1) + (matcher.group(4) == null ? "" : matcher.group(4));
        if (!FAMILIES.contains(family)) {
            throw unknown(name);
        }
        Architecture architecture = builtIn(family);
        return new Sized(architecture, architecture.scale(matcher.group(2)));
    }

    /// The built-in model of a customary name without scale, such as `yolov8n` for `yolov8` and scale `n`. A scale in
    /// the name takes precedence.
    public static Optional<String> named(String stem, String scale) {
        String name = canonical(stem);
        Matcher matcher = NAME.matcher(name);
        if (!names().contains(name) && matcher.matches()) {
            name = matcher.group(1) + (matcher.group(2) == null ? scale : matcher.group(2))
                    + (matcher.group(4) == null ? "" : matcher.group(4));
        }
        return Optional.of(name).filter(names()::contains);
    }

    /// The name that this catalog uses: `gelan-c` is YOLOv9-c without auxiliary branch, `yolov5n6u` has a fourth level.
    private static String canonical(String stem) {
        return LARGE_V5.matcher(GELAN.matcher(stem).replaceFirst("yolov9$1")).replaceFirst("yolov5$1-p6");
    }

    /// A built-in architecture.
    public static Architecture builtIn(String family) {
        String resource = "/io/yolofit/zoo/architectures/" + family + ".yaml";
        try (InputStream in = ArchitectureCatalog.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw unknown(family);
            }
            return ArchitectureReader.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), family + ".yaml");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot read " + resource, e);
        }
    }

    /// Names of all built-in models.
    public static List<String> names() {
        return FAMILIES.stream().flatMap(family -> names(family).stream()).toList();
    }

    private static List<String> names(String family) {
        Architecture architecture = builtIn(family);
        return architecture.scales().isEmpty() ? List.of(architecture.name())
                : architecture.scales().values().stream().map(scale -> new Sized(architecture, scale).name()).toList();
    }

    /// Whether [#names] includes a name. Reads the name's family only.
    public static boolean isName(String name) {
        Matcher matcher = NAME.matcher(name);
        String family = FAMILIES.contains(name) || !matcher.matches() ? name
                : matcher.group(1) + (matcher.group(4) == null ? "" : matcher.group(4));
        return FAMILIES.contains(family) && names(family).contains(name);
    }

    /// The file `yolov8-custom.yaml` for `yolov8m-custom.yaml`, at scale m.
    private static Optional<Sized> withoutScale(Path path) {
        if (path.getFileName() == null) {
            return Optional.empty();
        }
        for (ScaleRule.Split split : ScaleRule.withoutScale(path.getFileName().toString())) {
            Path file = path.resolveSibling(split.name());
            if (Files.isRegularFile(file)) {
                Architecture architecture = read(file);
                return Optional.of(new Sized(architecture, architecture.scale(split.scale()), ScaleSource.FILE_NAME));
            }
        }
        return Optional.empty();
    }

    private static Architecture read(Path path) {
        try {
            return ArchitectureReader.read(Files.readString(path), path.getFileName().toString());
        } catch (CharacterCodingException e) {
            throw new ArchitectureException("is not a text file in UTF-8", path.toString(), "");
        } catch (IOException e) {
            throw new ArchitectureException("cannot be read: " + e.getMessage(), path.toString(), "");
        }
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw unknown(name);
        }
    }

    private static String stem(Path path) {
        String file = path.getFileName() == null ? "" : path.getFileName().toString();
        return file.endsWith(".yaml") || file.endsWith(".yml") ? file.substring(0, file.lastIndexOf('.')) : file;
    }

    private static ArchitectureException unknown(String name) {
        return new ArchitectureException(Failure.naming("model=" + name, "model '" + name
                + "' is neither a file nor a known model", "use one of " + String.join(", ", names())
                        + DidYouMean.question(name, names())));
    }
}
