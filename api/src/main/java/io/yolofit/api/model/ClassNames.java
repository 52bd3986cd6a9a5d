package io.yolofit.api.model;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Compares the class names of a model with those of a dataset.
public final class ClassNames {
    private ClassNames() {}

    /// The first class with different names in two lists of the same length; empty if there is none.
    ///
    /// @param first  who has the first list, such as `the run`
    /// @param second who has the second list
    public static Optional<String> firstDifference(List<String> names, String first, List<String> others,
            String second) {
        for (int number = 0; number < names.size(); number++) {
            if (!names.get(number).equals(others.get(number))) {
                return Optional.of("class " + number + " is '" + names.get(number) + "' in " + first + ", but '"
                        + others.get(number) + "' in " + second);
            }
        }
        return Optional.empty();
    }

    /// The names in one spelling: lower case, with a space for `_`, `-` and several spaces.
    public static List<String> normalized(List<String> names) {
        return names.stream().map(name -> name.strip().toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", " ")).toList();
    }

    /// Whether the names are placeholders of a file without names: `class0`, `class1`, ...
    public static boolean areMissing(List<String> names) {
        for (int number = 0; number < names.size(); number++) {
            if (!names.get(number).equals("class" + number) && !names.get(number).equals(String.valueOf(number))) {
                return false;
            }
        }
        return true;
    }
}
