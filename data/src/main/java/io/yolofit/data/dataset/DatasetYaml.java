package io.yolofit.data.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads a dataset YAML: finds it, checks every key, and resolves the splits' paths to existing ones.
final class DatasetYaml {
    /// Spellings of the splits that occur in datasets.
    private static final Map<String, List<String>> SPLIT_KEYS = Map.of(
            "train", List.of("train"), "val", List.of("val", "valid", "validation"), "test", List.of("test"));

    private final Path file;
    private final Map<?, ?> keys;
    private final Path root;

    private DatasetYaml(Path file, Map<?, ?> keys) {
        this.file = file;
        this.keys = keys;
        this.root = root();
    }

    static Dataset load(Path yamlOrFolder) {
        Path file = find(yamlOrFolder.toAbsolutePath().normalize());
        return new DatasetYaml(file, parse(file)).dataset();
    }

    private static Path find(Path path) {
        if (!Files.exists(path)) {
            throw new DatasetException("the dataset %s does not exist%s; give a dataset YAML, or a folder that has one"
                    .formatted(path, SimilarPath.hint(path)));
        }
        if (!Files.isDirectory(path)) {
            return path;
        }
        List<Path> candidates;
        try (Stream<Path> files = Files.list(path)) {
            candidates = files.filter(file -> file.toString().matches("(?i).*\\.ya?ml")).sorted().toList();
        } catch (IOException e) {
            throw new DatasetException("cannot list the folder %s: %s".formatted(path, e.getMessage()), e);
        }
        for (String usual : List.of("data.yaml", "dataset.yaml", "data.yml", "dataset.yml")) {
            if (candidates.contains(path.resolve(usual))) {
                return path.resolve(usual);
            }
        }
        if (candidates.size() != 1) {
            throw new DatasetException("the folder %s has %s; name the dataset YAML itself".formatted(path,
                    candidates.isEmpty() ? "no .yaml file" : "several .yaml files " + candidates));
        }
        return candidates.getFirst();
    }

    private static Map<?, ?> parse(Path file) {
        try (InputStream stream = Files.newInputStream(file)) {
            Object content = new Load(LoadSettings.builder().setLabel(file.toString()).build())
                    .loadFromInputStream(stream);
            if (content instanceof Map<?, ?> map) {
                return map;
            }
            throw new DatasetException(
                    ("%s is not a dataset YAML: it needs the keys train, val and names, but holds %s")
                    .formatted(file, content == null ? "nothing" : "no keys at all"));
        } catch (YamlEngineException e) {
            throw new DatasetException("%s is not valid YAML: %s".formatted(file, e.getMessage()), e);
        } catch (IOException e) {
            throw new DatasetException("cannot read the dataset YAML %s: %s".formatted(file, e), e);
        }
    }

    private Path root() {
        Object path = keys.get("path");
        if (path == null) {
            return file.getParent();
        }
        Path folder = file.getParent().resolve(path.toString()).normalize();
        if (!Files.isDirectory(folder)) {
            throw new DatasetException(
                    ("%s: 'path: %s' means the folder %s, which does not exist%s; correct it (relative "
                    + "paths start at the YAML's folder), or remove the key if the data is in the folder of the YAML")
                    .formatted(file, path, folder, SimilarPath.hint(folder)));
        }
        return folder;
    }

    private Dataset dataset() {
        List<String> names = names();
        Map<String, Split> splits = new LinkedHashMap<>();
        for (String name : List.of("train", "val", "test")) {
            String key = SPLIT_KEYS.get(name).stream().filter(k -> keys.get(k) != null).findFirst().orElse(null);
            if (key != null) {
                splits.put(name, new Split(name, names, sources(key), root));
            } else if (!name.equals("test")) {
                throw new DatasetException(
                        ("%s has no key '%s'; add '%s: images/%s' (or where these images are). Its keys "
                        + "are %s").formatted(file, name, name, name, keys.keySet()));
            }
        }
        return new Dataset(file, root, names, splits);
    }

    private List<Path> sources(String key) {
        List<?> values = keys.get(key) instanceof List<?> list ? list : List.of(keys.get(key));
        List<Path> sources = new ArrayList<>();
        for (Object value : values) {
            sources.add(source(key, value.toString()));
        }
        return sources;
    }

    /// `../images` is also tried as `images`: a widespread export tool writes the former and means the latter.
    private Path source(String key, String value) {
        Path path = root.resolve(value).normalize();
        if (!Files.exists(path) && value.startsWith("../") && Files.exists(root.resolve(value.substring(3)))) {
            path = root.resolve(value.substring(3)).normalize();
        }
        if (!Files.exists(path)) {
            throw new DatasetException(
                    "%s: '%s: %s' means %s, which does not exist%s; correct it (relative paths start at %s)"
                    .formatted(file, key, value, path, SimilarPath.hint(path), root));
        }
        return path;
    }

    private List<String> names() {
        List<String> names = switch (keys.get("names")) {
            case List<?> list -> list.stream().map(String::valueOf).toList();
            case Map<?, ?> map -> numbered(map);
            case null -> throw new DatasetException(
                    ("%s has no class names; add a list such as 'names: [cat, dog]', in the "
                    + "order of the class numbers").formatted(file));
            case Object other -> throw new DatasetException(
                    ("%s: 'names: %s' is neither a list nor a map of class names")
                    .formatted(file, other));
        };
        if (names.isEmpty()) {
            throw new DatasetException("%s: 'names' is empty; list the classes, such as 'names: [cat, dog]'".formatted(
                    file));
        }
        Object count = keys.get("nc");
        if (count != null && !count.toString().equals(String.valueOf(names.size()))) {
            throw new DatasetException(
                    ("%s: 'nc: %s' contradicts 'names', which has %d classes %s; correct one of them, or "
                    + "remove nc").formatted(file, count, names.size(), names));
        }
        return names;
    }

    /// Class numbers must be 0, 1, 2, ... without gaps, because labels refer to them.
    private List<String> numbered(Map<?, ?> map) {
        String[] names = new String[map.size()];
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String number = String.valueOf(entry.getKey());
            if (!number.matches("\\d{1,6}") || Integer.parseInt(number) >= names.length) {
                throw new DatasetException(
                        ("%s: 'names' has the key %s, but %d classes are numbered 0 to %d, without gaps")
                        .formatted(file, number, names.length, names.length - 1));
            }
            names[Integer.parseInt(number)] = String.valueOf(entry.getValue());
        }
        return List.of(names);
    }
}
