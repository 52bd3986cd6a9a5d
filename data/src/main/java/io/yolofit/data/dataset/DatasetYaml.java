package io.yolofit.data.dataset;

import io.yolofit.base.Failure;
import io.yolofit.base.yaml.YamlException;
import io.yolofit.base.yaml.YamlNode;
import io.yolofit.base.yaml.YamlText;
import io.yolofit.data.files.FileFailure;
import io.yolofit.data.files.PathFinder;
import io.yolofit.data.files.SimilarPath;
import io.yolofit.data.files.UserText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Reads a dataset YAML: finds it, checks every key, and resolves the splits' paths to existing ones.
final class DatasetYaml {
    /// Spellings of the splits that occur in datasets.
    private static final Map<String, List<String>> SPLIT_KEYS = Map.of(
            "train", List.of("train"), "val", List.of("val", "valid", "validation"), "test", List.of("test"));

    /// Advice by a part of the parser's message.
    private static final Map<String, String> ADVICE = Map.of(
            "escape", "write / instead of \\ in paths",
            "TAB", "indent with spaces, not with tabs",
            "mapping values are not allowed here", "put a value with ': ' in quotes, and one key in a line",
            "expected <block end>", "indent all keys of a level equally, and close every quote and bracket",
            "unexpected end of stream", "close every quote and bracket");

    /// The value of `kpt_shape`: how many key points, and of how many dimensions.
    private static final Pattern KEY_POINTS = Pattern.compile("\\[0*([1-9]\\d{0,5}), ([23])\\]");

    private final Path file;
    private final Map<String, YamlNode> keys;
    private final Path root;

    /// @param keys with the place and the value of each; without those that have no value
    private DatasetYaml(Path file, Map<String, YamlNode> keys) {
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
            throw new DatasetException(Failure.naming(path, "the dataset %s does not exist%s".formatted(path,
                    SimilarPath.hint(path)), "give a dataset YAML, or a folder that has one"));
        }
        if (!Files.isDirectory(path)) {
            return path;
        }
        List<Path> candidates;
        try (Stream<Path> files = Files.list(path)) {
            candidates = files.filter(file -> file.toString().matches("(?i).*\\.ya?ml")).sorted().toList();
        } catch (IOException e) {
            throw new DatasetException(Failure.naming(path, "cannot list the folder %s: %s".formatted(path,
                    FileFailure.reason(e)), "").withRemedy(FileFailure.REMEDY), e);
        }
        for (String usual : List.of("data.yaml", "dataset.yaml", "data.yml", "dataset.yml")) {
            if (candidates.contains(path.resolve(usual))) {
                return path.resolve(usual);
            }
        }
        if (candidates.size() != 1) {
            throw new DatasetException(Failure.naming(path, "the folder %s has %s".formatted(path,
                    candidates.isEmpty() ? "no .yaml file" : "several .yaml files " + candidates),
                    "name the dataset YAML itself"));
        }
        return candidates.getFirst();
    }

    private static Map<String, YamlNode> parse(Path file) {
        try {
            YamlNode content = YamlText.nodes(UserText.read(file), file.toString()).filter(node -> !isNull(node))
                    .orElse(null);
            if (content instanceof YamlNode.Mapping map) {
                Map<String, YamlNode> keys = entries(map);
                keys.values().removeIf(DatasetYaml::isNull);
                return keys;
            }
            throw new DatasetException(Failure.naming(file,
                    "%s is not a dataset YAML: it needs the keys train, val and names, but holds %s".formatted(file,
                            content == null ? "nothing" : "no keys at all"), "").withRemedy(
                            "give a YAML file with these keys"));
        } catch (YamlException e) {
            throw new DatasetException(invalid(file, e), e);
        } catch (UserText.EncodingException e) {
            throw new DatasetException(Failure.naming(file, "the dataset YAML %s %s".formatted(file, e.getMessage()),
                    e.remedy()), e);
        } catch (IOException e) {
            throw new DatasetException(Failure.naming(file, "cannot read the dataset YAML %s: %s".formatted(file,
                    FileFailure.reason(e)), "").withRemedy(FileFailure.REMEDY), e);
        }
    }

    private static boolean isNull(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar && scalar.isNull();
    }

    /// The values by the text of their keys, in their order.
    private static Map<String, YamlNode> entries(YamlNode.Mapping map) {
        Map<String, YamlNode> values = new LinkedHashMap<>();
        for (YamlNode.Entry entry : map.entries()) {
            if (values.put(text(entry.key()), entry.value()) != null) {
                throw new DatasetException(Failure.naming(entry.key().place(),
                        "%s is not valid YAML: found duplicate key %s".formatted(entry.key().place(),
                                text(entry.key())), "").withRemedy("remove one of them"));
            }
        }
        return values;
    }

    /// The value as in messages: `[a, b]` for a list.
    private static String text(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar -> scalar.isNull() ? "null" : scalar.text();
            case YamlNode.Sequence list -> list.items().stream().map(item -> item instanceof YamlNode.Scalar
                    ? text(item) : "...").toList().toString(); // deeper ones may contain themselves
            case YamlNode.Mapping map -> map.entries().isEmpty() ? "{}" : "{...}";
        };
    }

    /// Place and reason of invalid YAML, with advice on frequent mistakes.
    private static Failure invalid(Path file, YamlException failure) {
        String advice = ADVICE.entrySet().stream().filter(entry -> failure.details().contains(entry.getKey()))
                .map(Map.Entry::getValue).findFirst().orElse("");
        return Failure.naming(file + failure.position(), file + failure.position() + " is not valid YAML: "
                + failure.what(), advice);
    }

    private Path root() {
        YamlNode path = keys.get("path");
        if (path == null) {
            return file.getParent();
        }
        Path folder = existing(file.getParent(), "path", path);
        if (!Files.isDirectory(folder)) {
            throw new DatasetException(Failure.at(path.place(),
                    "'path: %s' means the folder %s, which does not exist%s".formatted(text(path), folder,
                            SimilarPath.hint(folder)), "correct it (relative paths start at the YAML's folder), or "
                            + "remove the key if the data is in the folder of the YAML"));
        }
        return folder;
    }

    private Dataset dataset() {
        List<String> names = names();
        LabelFormat format = format(names.size());
        List<Problem> notes = notesOnNames(names);
        Map<String, Split> splits = new LinkedHashMap<>();
        Map<String, Failure> missing = new LinkedHashMap<>();
        for (String name : List.of("train", "val", "test")) {
            String key = SPLIT_KEYS.get(name).stream().filter(keys::containsKey).findFirst().orElse(null);
            if (key != null) {
                try {
                    List<Path> sources = sources(key);
                    notes.addAll(repeated(key, sources));
                    if (splits.get("train") instanceof Split train) {
                        notes.addAll(shared(key, sources, train.sources()));
                    }
                    splits.put(name, new Split(name, names, format, sources, root, notes));
                    notes.clear();
                } catch (DatasetException e) {
                    if (!name.equals("test")) {
                        throw e;
                    }
                    // only the use of the optional split is an error
                    missing.put(name, new Failure(e.getMessage(), e.what(), e.where(), e.remedy()));
                }
            } else if (!name.equals("test")) {
                throw new DatasetException(Failure.naming(file, "%s has no key '%s'".formatted(file, name),
                        "add '%s: images/%s' (or where these images are). Its keys are %s".formatted(name, name,
                                keys.keySet())));
            }
        }
        return new Dataset(file, root, names, splits, missing);
    }

    private List<Path> sources(String key) {
        YamlNode node = keys.get(key);
        List<YamlNode> values = node instanceof YamlNode.Sequence list ? list.items() : List.of(node);
        List<Path> sources = new ArrayList<>();
        for (YamlNode value : values) {
            sources.add(source(key, value));
        }
        return sources;
    }

    /// Names that were generated, and names of several classes. They are reported once, with the first split.
    private List<Problem> notesOnNames(List<String> names) {
        List<Problem> notes = new ArrayList<>();
        if (!keys.containsKey("names")) {
            notes.add(Problem.ofFile(file, "no 'names': by 'nc: %s' the classes are called %s".formatted(
                    text(keys.get("nc")), names.size() == 1 ? names.getFirst()
                            : names.getFirst() + " to " + names.getLast()), Outcome.NOTED));
        }
        Map<String, List<Integer>> numbers = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            numbers.computeIfAbsent(names.get(i), _ -> new ArrayList<>()).add(i);
        }
        List<String> repeated = numbers.entrySet().stream().filter(entry -> entry.getValue().size() > 1)
                .map(entry -> "'%s' %s".formatted(entry.getKey(), entry.getValue())).toList();
        if (!repeated.isEmpty()) {
            notes.add(Problem.ofFile(file, "'names' has several classes of one name: " + String.join(", ", repeated),
                    Outcome.SUSPICIOUS));
        }
        return notes;
    }

    /// The first source whose images are those of another one of the same split, or a part of them.
    private List<Problem> repeated(String key, List<Path> sources) {
        for (int i = 0; i < sources.size(); i++) {
            for (int k = 0; k < sources.size(); k++) {
                if (i != k && isPart(sources.get(i), sources.get(k))) {
                    return List.of(Problem.ofFile(file, "'%s' lists %s twice%s: its images count twice".formatted(key,
                            sources.get(i), sources.get(i).equals(sources.get(k)) ? ""
                            : " (also in " + sources.get(k) + ")"), Outcome.SUSPICIOUS));
                }
            }
        }
        return List.of();
    }

    /// The first source that has training images.
    private List<Problem> shared(String key, List<Path> sources, List<Path> train) {
        return sources.stream().filter(source -> train.stream().anyMatch(other -> isPart(source, other)
                || isPart(other, source))).findFirst().map(source -> Problem.ofFile(file,
                "'%s' and 'train' share the images of %s: metrics on training images say nothing about new ones"
                .formatted(key, source), Outcome.SUSPICIOUS)).stream().toList();
    }

    /// Whether both are the same, or the first is a folder or an image in the second. Links are resolved.
    private static boolean isPart(Path source, Path other) {
        try {
            Path part = source.toRealPath();
            Path whole = other.toRealPath();
            return part.equals(whole) || part.startsWith(whole)
                    && (Files.isDirectory(part) || ImageSources.isImageName(part));
        } catch (IOException e) { // reported when the source is listed
            return source.equals(other);
        }
    }

    private Path source(String key, YamlNode value) {
        Path path = existing(root, key, value);
        if (!Files.exists(path)) {
            throw new DatasetException(Failure.at(value.place(), "'%s: %s' means %s, which does not exist%s".formatted(
                    key, text(value), path, SimilarPath.hint(path)),
                    "correct it (relative paths start at %s)".formatted(root)));
        }
        return path;
    }

    /// The existing path that a value means: as written, with `~/` as the user's home folder; with `/` for the
    /// backslashes of Windows; `../images` as `images`, because a widespread export tool writes the former and means
    /// the latter; or the only one that differs in case or Unicode normalization. If there is none, the path as
    /// written.
    private static Path existing(Path folder, String key, YamlNode node) {
        try {
            return existing(folder, text(node));
        } catch (InvalidPathException e) {
            throw new DatasetException(Failure.at(node.place(), "'%s' is not a valid path: %s".formatted(key,
                    e.getReason()), "").withRemedy("write the path of a folder or a file"), e);
        }
    }

    private static Path existing(Path folder, String value) {
        List<String> spellings = new ArrayList<>(List.of(value, value.replace('\\', '/')));
        if (spellings.getLast().startsWith("../")) {
            spellings.add(spellings.getLast().substring(3));
        }
        if (value.startsWith("~/")) {
            spellings.addFirst(System.getProperty("user.home") + value.substring(1));
        }
        List<Path> paths = spellings.stream().map(spelling -> folder.resolve(spelling).normalize()).distinct().toList();
        PathFinder finder = new PathFinder();
        return paths.stream().filter(Files::exists).findFirst()
                .or(() -> paths.stream().flatMap(path -> finder.find(path).stream()).findFirst())
                .orElse(paths.getFirst());
    }

    private LabelFormat format(int classes) {
        return switch (keys.get("kpt_shape")) {
            case null -> LabelFormat.ofBoxes(classes);
            case YamlNode shape when KEY_POINTS.matcher(text(shape)) instanceof Matcher numbers && numbers.matches() ->
                    new LabelFormat(classes, Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
            case YamlNode other -> throw new DatasetException(Failure.at(other.place(),
                    "'kpt_shape: %s' is not [number of key points, 2 or 3], such as 'kpt_shape: [17, 3]'".formatted(
                            text(other)), "").withRemedy("write 'kpt_shape: [17, 3]', or leave it out"));
        };
    }

    private List<String> names() {
        List<String> names = switch (keys.get("names")) {
            case YamlNode.Sequence list -> list.items().stream().map(DatasetYaml::name).toList();
            case YamlNode.Mapping map -> numbered(map);
            case null -> generatedNames();
            case YamlNode.Scalar other -> throw new DatasetException(Failure.at(other.place(),
                    "'names: %s' is neither a list nor a map of class names".formatted(text(other)), "").withRemedy(
                            "list the classes, such as 'names: [cat, dog]'"));
        };
        if (names.isEmpty()) {
            throw new DatasetException(Failure.at(keys.get("names").place(), "'names' is empty",
                    "list the classes, such as 'names: [cat, dog]'"));
        }
        YamlNode count = keys.get("nc");
        if (count != null && classCount(count) != names.size()) {
            throw new DatasetException(Failure.at(count.place(),
                    "'nc: %s' contradicts 'names', which has %d classes %s".formatted(text(count), names.size(), names),
                    "correct one of them, or remove nc"));
        }
        return names;
    }

    /// The name of a class, on one line.
    private static String name(YamlNode node) {
        if (!(node instanceof YamlNode.Scalar)) {
            String what = "'names' has %s, which is not the name of a class, such as 'names: [cat, dog]'".formatted(
                    text(node));
            throw new DatasetException(Failure.at(node.place(), what, "").withRemedy("write one name for each class"));
        }
        return text(node).replaceAll("\\p{Cntrl}+", " ");
    }

    /// `class0`, `class1`, ... if there is only their number.
    private List<String> generatedNames() {
        YamlNode count = keys.get("nc");
        if (count == null) {
            throw new DatasetException(Failure.naming(file, file + " has no class names",
                    "add a list such as 'names: [cat, dog]', in the order of the class numbers"));
        }
        if (classCount(count) < 1) {
            throw new DatasetException(Failure.at(count.place(),
                    "'nc: %s' is not a number of classes, such as 'nc: 3'".formatted(text(count)), "").withRemedy(
                            "write 'nc: 3'"));
        }
        return IntStream.range(0, classCount(count)).mapToObj(i -> "class" + i).toList();
    }

    /// The value of `nc`, also written as 3.0; -1 if it is not a whole number of at most six digits.
    private static int classCount(YamlNode count) {
        String digits = text(count).replaceFirst("\\.0*$", "");
        return digits.matches("[0-9]{1,6}") ? Integer.parseInt(digits) : -1;
    }

    /// Class numbers must be 0, 1, 2, ... without gaps, because labels refer to them.
    private static List<String> numbered(YamlNode.Mapping map) {
        Map<String, YamlNode> entries = entries(map);
        String[] names = new String[entries.size()];
        entries.forEach((number, name) -> {
            if (!number.matches("0|[1-9]\\d{0,5}") || Integer.parseInt(number) >= names.length) {
                throw new DatasetException(Failure.at(name.place(),
                        "'names' has the key %s, but %d classes are numbered 0 to %d, without gaps".formatted(number,
                                names.length, names.length - 1), "").withRemedy("number the classes from 0"));
            }
            names[Integer.parseInt(number)] = name(name);
        });
        return List.of(names);
    }
}
