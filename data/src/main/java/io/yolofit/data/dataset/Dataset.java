package io.yolofit.data.dataset;

import io.yolofit.base.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A dataset, as described by its YAML.
///
/// @param file the YAML, absolute
/// @param root the base folder of relative paths, absolute
/// @param names class names, by class number
/// @param splits by name: `train` and `val`, and `test` if given
/// @param missing by name: why an optional split that the YAML names cannot be used
public record Dataset(Path file, Path root, List<String> names, Map<String, Split> splits,
                      Map<String, Failure> missing) {
    public Dataset {
        names = List.copyOf(names);
        splits = Map.copyOf(splits);
        missing = Map.copyOf(missing);
    }

    /// Reads a dataset YAML, or the YAML of a folder (`data.yaml`, `dataset.yaml`, or the only one).
    ///
    /// Keys: `path` (absolute, or relative to the YAML's folder, which is the default), `train`, `val`, `test` (folder,
    /// `.txt` list, or list of these), `names` (list or map; without it, `nc` classes are called `class0`, ...), `nc`,
    /// `kpt_shape` (key points in label rows, which are not used). Other keys are ignored. `test` may name files that
    /// do not exist: only its use is an error.
    ///
    /// Throws [DatasetException] if anything required is missing or contradictory.
    public static Dataset load(Path yamlOrFolder) {
        return DatasetYaml.load(yamlOrFolder);
    }

    /// The number of classes.
    public int classes() {
        return names.size();
    }

    public Split train() {
        return split("train");
    }

    public Split val() {
        return split("val");
    }

    /// Throws [DatasetException] if the YAML has no `test`, or if its files do not exist.
    public Split test() {
        return split("test");
    }

    public boolean hasSplit(String name) {
        return splits.containsKey(name);
    }

    /// Throws [DatasetException] if the YAML has no such split.
    public Split split(String name) {
        Split split = splits.get(name);
        if (split == null && missing.containsKey(name)) {
            throw new DatasetException(missing.get(name));
        }
        if (split == null) {
            throw new DatasetException(Failure.naming(file, "%s has no split '%s', only %s".formatted(file, name,
                    splits.keySet().stream().sorted().toList()),
                    "add '%s: images/%s' (or where these images are)".formatted(name, name)));
        }
        return split;
    }
}
