package io.yolofit.app.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/// Unique output names for a set of images, independent of their order: the file name without extension (`x`); if
/// images of several folders share it, the path below their common folder (`a/x`, `b/x`); if images of one folder
/// share it, with the extension (`a/x.jpg`, `a/x.png`).
public final class OutputNames {
    private static final String SHORT_NUMBER = "\\d{1,18}";

    private final Path root;
    private final Map<Path, String> names = new HashMap<>();
    /// How often a number is the name of an image: `7` and `007` are the same number.
    private final Map<Long, Long> numbers;

    private enum Form {
        STEM, PATH, PATH_WITH_EXTENSION;

        Form next() {
            return this == STEM ? PATH : PATH_WITH_EXTENSION;
        }
    }

    private OutputNames(List<Path> files) {
        root = commonFolder(files);
        Map<Path, Form> forms = new LinkedHashMap<>();
        files.forEach(file -> forms.put(file, Form.STEM));
        List<Path> ambiguous;
        do {
            forms.forEach((file, form) -> names.put(file, name(file, form)));
            ambiguous = forms.keySet().stream().collect(Collectors.groupingBy(names::get)).values().stream()
                    .filter(same -> same.size() > 1).flatMap(List::stream)
                    .filter(file -> forms.get(file) != Form.PATH_WITH_EXTENSION).toList();
            ambiguous.forEach(file -> forms.put(file, forms.get(file).next()));
        } while (!ambiguous.isEmpty());
        numbers = names.values().stream().filter(name -> name.matches(SHORT_NUMBER)).map(Long::parseLong)
                .collect(Collectors.groupingBy(number -> number, Collectors.counting()));
    }

    /// @param images all images of a prediction or validation; a repeated one counts once
    public static OutputNames of(List<Path> images) {
        return new OutputNames(images.stream().map(OutputNames::canonical).distinct().toList());
    }

    private static Path canonical(Path image) {
        return image.toAbsolutePath().normalize();
    }

    private static Path commonFolder(List<Path> files) {
        List<Path> common = new ArrayList<>();
        for (Path file : files) {
            List<Path> folders = StreamSupport.stream(file.getParent().spliterator(), false).toList();
            if (file == files.getFirst()) {
                common.addAll(folders);
            }
            int same = 0;
            while (same < Math.min(common.size(), folders.size()) && common.get(same).equals(folders.get(same))) {
                same++;
            }
            common.subList(same, common.size()).clear();
        }
        return common.stream().reduce(Path.of("/"), Path::resolve);
    }

    private String name(Path file, Form form) {
        Path path = root.relativize(file);
        return switch (form) {
            case STEM -> stem(file);
            case PATH -> path.resolveSibling(stem(file)).toString();
            case PATH_WITH_EXTENSION -> path.toString();
        };
    }

    /// The name of an image of the set, which has `/` if it is a path.
    public String of(Path image) {
        return names.get(canonical(image));
    }

    /// The image id of COCO files: the name, as a number if it is one that no other image has.
    Object id(Path image) {
        String name = of(image);
        boolean number = name.matches(SHORT_NUMBER) && numbers.get(Long.parseLong(name)) == 1;
        return number ? (Object) Long.parseLong(name) : name;
    }

    /// The file name of COCO files: that of the image, or its path below the common folder if the name is ambiguous.
    String fileName(Path image) {
        return of(image).equals(stem(image)) ? image.getFileName().toString()
                : root.relativize(canonical(image)).toString();
    }

    /// The file name without folder and extension.
    static String stem(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }
}
