package io.yolofit.house;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Layout: small packages with a package-info, modules that keep to their packages, no binaries.
final class LayoutRules {
    /// Not counting the package-info. There is no lower limit: a root package may contain only the package-info and
    /// sub-packages, and a small job in a package of its own is easy to find.
    static final int PACKAGE_FILES = 20;

    /// The operations are subtypes of one sealed type, and on the class path such subtypes share a package.
    static final Map<String, Integer> LARGER_PACKAGES = Map.of("graph/src/main/java/io/yolofit/graph/op", 44);

    static final long IMAGE_BYTES = 200 * 1024;
    static final long FILE_BYTES = 1024 * 1024;

    private static final Pattern IMAGE = Pattern.compile(".*\\.(png|jpe?g|gif|webp)");
    private static final Pattern BINARY = Pattern.compile(".*\\.(pth?|onnx|safetensors|engine|npy|npz|bin|jar|class|jsa"
            + "|so|so\\.\\d+|dll|dylib|o|a|exe|zip|t?gz|tar|xz|7z|bmp|tiff?|mp4|pdf)");

    private LayoutRules() {
    }

    static List<Violation> packages(List<JavaSource> sources) {
        Map<String, Set<String>> packages = sources.stream()
                .filter(JavaSource::isMain)
                .collect(Collectors.groupingBy(source -> folder(source.file()), TreeMap::new,
                        Collectors.mapping(source -> source.file().substring(folder(source.file()).length() + 1),
                                Collectors.toSet())));
        List<Violation> offenses = new ArrayList<>();
        packages.forEach((folder, files) -> {
            boolean explained = files.contains("package-info.java");
            int others = files.size() - (explained ? 1 : 0);
            if (!explained) {
                offenses.add(new Violation(folder, 1,
                        "no package-info.java: the package's job, reading order, imports"));
            }
            int limit = LARGER_PACKAGES.getOrDefault(folder, PACKAGE_FILES);
            if (others > limit) {
                offenses.add(new Violation(folder, 1, others + " files, but " + limit + " at most"));
            }
        });
        return offenses;
    }

    /// A file is in the package that its module is named after, or below it: `engine-cpu` has `io.yolofit.engine.cpu`.
    static List<Violation> packagesOfModules(List<JavaSource> sources) {
        return sources.stream()
                .filter(JavaSource::isMain)
                .filter(source -> !(source.packageFolder() + "/").startsWith("io/yolofit/"
                        + source.module().replace('-', '/') + "/"))
                .map(source -> new Violation(source.file(), 1, "module '" + source.module()
                        + "' has the package io.yolofit." + source.module().replace('-', '.') + " and those below it"))
                .toList();
    }

    /// A package-info names the packages directly below it, so that a reader finds them.
    static List<Violation> subPackages(List<JavaSource> sources) {
        Map<String, List<JavaSource>> packages = sources.stream().filter(JavaSource::isMain).collect(
                Collectors.groupingBy(JavaSource::packageFolder, TreeMap::new, Collectors.toList()));
        List<Violation> offenses = new ArrayList<>();
        packages.keySet().forEach(folder -> {
            String parent = folder.substring(0, Math.max(0, folder.lastIndexOf('/')));
            Pattern name = Pattern.compile("`([\\w.]+\\.)?" + folder.substring(folder.lastIndexOf('/') + 1) + "`");
            packages.getOrDefault(parent, List.of()).stream()
                    .filter(info -> info.isPackageInfo() && !name.matcher(info.text()).find())
                    .forEach(info -> offenses.add(new Violation(info.file(), 1, "the sub-package `"
                            + folder.substring(folder.lastIndexOf('/') + 1) + "` is not named")));
        });
        return offenses;
    }

    /// Weights, libraries and archives are built or downloaded. An image in the documents is small.
    static List<Violation> binaries(Map<String, Long> bytesOfFile) {
        List<Violation> offenses = new ArrayList<>();
        new TreeMap<>(bytesOfFile).forEach((file, bytes) -> {
            long limit = IMAGE.matcher(file).matches() ? IMAGE_BYTES : FILE_BYTES;
            if (BINARY.matcher(file).matches()) {
                offenses.add(new Violation(file, 1, "a binary; build or download it instead"));
            } else if (bytes > limit) {
                offenses.add(new Violation(file, 1, bytes + " bytes, but " + limit + " at most"));
            }
        });
        return offenses;
    }

    private static String folder(String file) {
        return file.substring(0, file.lastIndexOf('/'));
    }
}
