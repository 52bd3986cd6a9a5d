package io.yolofit.app.command;

import static io.yolofit.train.options.OptionTable.NAMES;
import static io.yolofit.train.options.OptionTable.RESULT;

import io.yolofit.train.options.Option;
import io.yolofit.train.options.Options;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// The options of `import` and `export` that depend on whether a model or a data set is converted.
final class DataOptions {
    /// Extensions that nobody gives to the folder of a data set: models, annotations, archives.
    private static final List<String> FILE_EXTENSIONS = List.of(".onnx", ".safetensors", ".pt", ".pth", ".json",
            ".yaml", ".yml", ".xml", ".txt", ".csv", ".zip", ".tar", ".gz", ".tgz");

    private DataOptions() {}

    /// Refuses options that have no effect.
    ///
    /// @param with the option that says what is converted: `data=`
    static void refuse(Options options, List<Option<?>> unused, String with) {
        String given = unused.stream().filter(options::isGiven).map(option -> option.name() + "=")
                .collect(Collectors.joining(", "));
        if (!given.isEmpty()) {
            throw CommandException.usage(given + (given.contains(",") ? " have" : " has") + " no effect with " + with
                    + "; remove " + (given.contains(",") ? "them" : "it"));
        }
    }

    /// The folder of `output=`. A name of a file, such as `best.onnx`, is refused before anything is read.
    static Path output(Options options) {
        Path output = options.find(RESULT).map(Path::of).orElseThrow(() -> CommandException.usage(
                "output= is missing: the folder to write the data set to"));
        String name = String.valueOf(output.getFileName()).toLowerCase(Locale.ROOT);
        FILE_EXTENSIONS.stream().filter(name::endsWith).findFirst().ifPresent(extension -> {
            throw CommandException.usage("output=" + output + " is the name of a file (" + extension + "), but data= is"
                    + " written as a folder of images and annotations: give output=FOLDER; to write a model, give"
                    + " model= instead of data=");
        });
        return output;
    }

    /// The classes of `names=`.
    static List<String> names(Options options) {
        List<String> names = options.find(NAMES).stream().flatMap(text -> Arrays.stream(text.split(",", -1)))
                .map(String::strip).toList();
        if (names.contains("") || names.stream().distinct().count() < names.size()) {
            throw CommandException.usage("names=" + options.get(NAMES)
                    + " has an empty name, or one twice; give each class once, such as names=cat,dog");
        }
        return names;
    }
}
