package io.yolofit.zoo.architecture;

import io.yolofit.base.DidYouMean;
import io.yolofit.base.yaml.YamlException;
import io.yolofit.base.yaml.YamlNode;
import io.yolofit.base.yaml.YamlText;
import io.yolofit.graph.op.Activation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Reads a model file. Each row of the file describes a layer, in one of two forms: named fields,
/// `{block: Conv, from: -1, repeats: 1, out: 64, kernel: 3}`, or positional, `[from, repeats, block, args]`. Rows are
/// listed under `rows`, or under `backbone` and `head`. Nothing in a file is evaluated: a value is a number, a boolean,
/// a string, or an error.
public final class ArchitectureReader {
    private static final String ANCHORS = "anchors"; // a number in files of anchor-free models of YOLOv9's authors
    private static final List<String> FILE_KEYS = List.of("name", "nc", "scales", "scale", "depth_multiple",
            "width_multiple", "activation", "ch", "channels", "rows", "backbone", "head", "end2end", "reg_max",
            ANCHORS);
    private static final List<String> SCALE_KEYS = List.of("depth", "width", "max_channels");
    private static final List<String> ROW_KEYS = List.of("block", "from", "repeats");
    private static final int POSITIONAL_FIELDS = 4;
    private static final int MOST_REPEATS = 1000;
    private static final int RGB = 3;

    private final String file;

    private ArchitectureReader(String file) {
        this.file = file;
    }

    /// @param file name for messages
    /// @throws ArchitectureException with file and line
    public static Architecture read(String text, String file) {
        return new ArchitectureReader(file).read(text);
    }

    /// The same architecture with one more argument of a layer, which its text has too: model files contain the text.
    ///
    /// @param layer of a row in braces that does not have the argument, such as `{block: Conv, out: 64}`
    public static Architecture with(Architecture architecture, LayerSpec layer, String argument, Object value) {
        var reader = new ArchitectureReader(architecture.name() + ".yaml");
        YamlNode row = reader.rows(reader.fieldsOf(architecture.text())).get(layer.index());
        OptionalInt end = row instanceof YamlNode.Mapping mapping ? mapping.endOfBraces() : OptionalInt.empty();
        if (end.isEmpty()) {
            throw reader.error(row, "the row is not written in braces: '" + argument + "' cannot be added");
        }
        String text = architecture.text();
        int brace = text.offsetByCodePoints(0, end.getAsInt()) - 1;
        return reader.read(text.substring(0, brace) + ", " + argument + ": " + value + text.substring(brace));
    }

    private Map<String, YamlNode> fieldsOf(String text) {
        return known(fields(compose(text), "a model file has fields such as 'rows'"), FILE_KEYS);
    }

    private YamlNode compose(String text) {
        try {
            return YamlText.nodes(text, file).orElseThrow(() -> new ArchitectureException("the file is empty",
                    file, "write fields such as 'rows'"));
        } catch (YamlException e) {
            throw new ArchitectureException("not a YAML file: " + e.what(), e.where(), "");
        }
    }

    private List<YamlNode> rows(Map<String, YamlNode> fields) {
        if (fields.containsKey("rows") && (fields.containsKey("backbone") || fields.containsKey("head"))) {
            throw error(fields.getOrDefault("backbone", fields.get("head")),
                    "rows belong under 'rows', or under 'backbone' and 'head', but not under both");
        }
        List<YamlNode> rowNodes = new ArrayList<>();
        for (String key : List.of("rows", "backbone", "head")) {
            if (fields.containsKey(key)) {
                rowNodes.addAll(items(fields.get(key), "'" + key + "' must be a list of rows"));
            }
        }
        if (rowNodes.isEmpty()) {
            throw new ArchitectureException("no rows", file, "give them under 'rows' (fields " + FILE_KEYS + ")");
        }
        return rowNodes;
    }

    private Architecture read(String text) {
        Map<String, YamlNode> fields = fieldsOf(text);
        List<LayerSpec> layers = new ArrayList<>();
        for (YamlNode node : rows(fields)) {
            layers.add(node instanceof YamlNode.Sequence ? positionalRow(node, layers.size())
                    : namedRow(node, layers.size()));
        }
        addHeadFields(fields, layers);
        int classes = fields.containsKey("nc") ? atLeastOne(fields.get("nc"), "nc") : Architecture.DEFAULT_CLASSES;
        String name = fields.containsKey("name") ? String.valueOf(scalar(fields.get("name"))) : file;
        Map<String, Scale> scales = scales(fields);
        requireRgb(fields);
        requireAnchorFree(fields.get(ANCHORS));
        return new Architecture(name, scales, scaleKey(fields.get("scale"), scales), layers,
                activation(fields.get("activation")), classes, text);
    }

    private void requireRgb(Map<String, YamlNode> fields) {
        for (String key : List.of("ch", "channels")) {
            if (fields.containsKey(key) && integer(fields.get(key), key) != RGB) {
                throw error(fields.get(key), "'" + key + "' is " + scalar(fields.get(key))
                        + ", but images have " + RGB + " channels", "write " + RGB + " or leave it out");
            }
        }
    }

    private void requireAnchorFree(YamlNode anchors) {
        if (anchors instanceof YamlNode.Sequence) {
            throw error(anchors, "'anchors' are boxes of an anchor-based head, but heads are anchor-free here",
                    "leave them out, also among the arguments of Detect");
        }
    }

    /// A name such as `SiLU`, or a constructor as in Python: `nn.SiLU()`.
    private Activation activation(YamlNode node) {
        String written = node == null ? null : String.valueOf(scalar(node));
        if (written == null || written.equals("null")) {
            return Activation.SILU;
        }
        String name = written.replaceFirst("^(torch\\.)?nn\\.", "").replaceFirst("\\((inplace=(True|False))?\\)$", "");
        return switch (name) {
            case "SiLU" -> Activation.SILU;
            case "Identity" -> Activation.IDENTITY;
            case "ReLU" -> Activation.RELU;
            case "LeakyReLU(0.1)", "LeakyReLU(0.1, inplace=True)", "LeakyReLU(negative_slope=0.1)" ->
                    Activation.LEAKY_RELU;
            default -> throw error(node, "'activation' is '" + written
                    + "', but known are SiLU, ReLU, LeakyReLU(0.1) and Identity");
        };
    }

    /// Files of other tools have the number of bins and the kind of the head as fields of the file.
    private void addHeadFields(Map<String, YamlNode> fields, List<LayerSpec> layers) {
        LayerSpec head = layers.getLast();
        Arguments arguments = head.arguments();
        if (fields.containsKey("reg_max")) {
            arguments = arguments.with("bins", atLeastOne(fields.get("reg_max"), "reg_max"));
        }
        if (fields.containsKey("end2end")) {
            if (!(scalar(fields.get("end2end")) instanceof Boolean endToEnd)) {
                throw error(fields.get("end2end"), "'end2end' must be true or false");
            }
            arguments = arguments.with("end_to_end", endToEnd);
        }
        layers.set(layers.size() - 1, new LayerSpec(head.index(), head.from(), head.repeats(), head.block(), arguments,
                head.origin()));
    }

    private Optional<String> scaleKey(YamlNode node, Map<String, Scale> scales) {
        if (node == null) {
            return Optional.empty();
        }
        String key = String.valueOf(scalar(node));
        if (!scales.containsKey(key) || key.isEmpty()) {
            throw error(node, "'scale' is '" + key + "', but the file has " + (scales.keySet().equals(Set.of(""))
                    || scales.isEmpty() ? "no 'scales'" : "the scales " + String.join(", ", scales.keySet())));
        }
        return Optional.of(key);
    }

    private Map<String, Scale> scales(Map<String, YamlNode> fields) {
        Map<String, Scale> scales = new LinkedHashMap<>();
        if (fields.containsKey("scales")) {
            fields(fields.get("scales"), "'scales' maps a letter to depth, width and max_channels")
                    .forEach((name, node) -> scales.put(name, scale(name, node)));
        } else if (fields.containsKey("depth_multiple") || fields.containsKey("width_multiple")) {
            scales.put("", new Scale("", multiple(fields, "depth_multiple"), multiple(fields, "width_multiple"),
                    Integer.MAX_VALUE));
        }
        return scales;
    }

    private double multiple(Map<String, YamlNode> fields, String key) {
        return fields.containsKey(key) ? multiple(fields.get(key), key) : 1;
    }

    private Scale scale(String name, YamlNode node) {
        if (node instanceof YamlNode.Sequence) {
            List<YamlNode> values = items(node, "");
            if (values.size() != 3) {
                throw error(node, "scale '" + name + "' must be [depth, width, max_channels], but has " + values.size()
                        + " values");
            }
            return new Scale(name, multiple(values.get(0), "depth"), multiple(values.get(1), "width"),
                    atLeastOne(values.get(2), "max_channels"));
        }
        Map<String, YamlNode> values = known(fields(node, "a scale has depth, width and max_channels"), SCALE_KEYS);
        for (String key : SCALE_KEYS) {
            if (!values.containsKey(key)) {
                throw error(node, "scale '" + name + "' has no '" + key + "'");
            }
        }
        return new Scale(name, multiple(values.get("depth"), "depth"), multiple(values.get("width"), "width"),
                atLeastOne(values.get("max_channels"), "max_channels"));
    }

    private LayerSpec namedRow(YamlNode node, int index) {
        Map<String, YamlNode> values = fields(node, "a row is {block: .., ..} or [from, repeats, block, args]");
        if (!values.containsKey("block")) {
            throw error(node, "row " + index + " has no 'block'", "give it, as in block: Conv");
        }
        Map<String, Object> arguments = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            if (!ROW_KEYS.contains(key)) {
                arguments.put(key, argument(value));
            }
        });
        int repeats = values.containsKey("repeats") ? repeats(values.get("repeats")) : 1;
        List<Integer> from = values.containsKey("from") ? from(values.get("from"), index) : List.of(index - 1);
        return new LayerSpec(index, from, repeats, String.valueOf(scalar(values.get("block"))),
                Arguments.named(arguments, node.place()), node.place());
    }

    private LayerSpec positionalRow(YamlNode node, int index) {
        List<YamlNode> values = items(node, "");
        if (values.size() != POSITIONAL_FIELDS) {
            throw error(node, "row " + index + " must be [from, repeats, block, args], but has " + values.size()
                    + " fields");
        }
        List<Object> arguments = new ArrayList<>();
        for (YamlNode value : items(values.get(3), "the arguments of row " + index + " must be a list")) {
            arguments.add(argument(value));
        }
        return new LayerSpec(index, from(values.get(0), index), repeats(values.get(1)),
                String.valueOf(scalar(values.get(2))), Arguments.positional(arguments, node.place()), node.place());
    }

    /// Absolute indices of the input layers; negative indices are relative to this layer.
    private List<Integer> from(YamlNode node, int index) {
        if (node instanceof YamlNode.Sequence list && list.items().isEmpty()) {
            throw error(node, "row " + index + " reads nothing", "give 'from', as in from: -1");
        }
        List<Integer> absolute = new ArrayList<>();
        for (YamlNode item : node instanceof YamlNode.Sequence ? items(node, "") : List.of(node)) {
            int written = integer(item, "from");
            int source = written < 0 ? index + written : written;
            if (source >= index || source < -1 || source == -1 && index != 0) {
                throw error(item, "row " + index + " reads row " + written + ", which does not come before it");
            }
            absolute.add(source);
        }
        return absolute;
    }

    private Map<String, YamlNode> fields(YamlNode node, String expected) {
        if (!(node instanceof YamlNode.Mapping mapping)) {
            throw error(node, expected);
        }
        Map<String, YamlNode> fields = new LinkedHashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            String name = String.valueOf(scalar(entry.key()));
            if (fields.put(name, entry.value()) != null) {
                throw error(entry.key(), "'" + name + "' is given twice");
            }
        }
        return fields;
    }

    private Map<String, YamlNode> known(Map<String, YamlNode> fields, List<String> names) {
        fields.forEach((name, node) -> {
            if (!names.contains(name)) {
                throw error(node, "unknown field '" + name + "'", "use one of " + names + DidYouMean.question(name,
                        names));
            }
        });
        return fields;
    }

    private List<YamlNode> items(YamlNode node, String expected) {
        if (node instanceof YamlNode.Sequence sequence) {
            return sequence.items();
        }
        throw error(node, expected);
    }

    /// A scalar, or a list of scalars.
    private Object argument(YamlNode node) {
        return node instanceof YamlNode.Sequence list && list.isPlain()
                ? list.items().stream().map(this::scalar).toList() : scalar(node);
    }

    /// A number, a boolean, a string, or null for none. Nested values are an error.
    private Object scalar(YamlNode node) {
        if (!(node instanceof YamlNode.Scalar scalar)) {
            throw error(node, "a value must be a number, true or false, or a word");
        }
        String text = scalar.text();
        if (text.matches("[+-]?\\d{1,9}")) {
            return Integer.valueOf(text);
        }
        if (text.matches("[+-]?(\\d+\\.\\d*|\\.\\d+|\\d+)([eE][+-]?\\d+)?")) {
            return Double.valueOf(text);
        }
        return switch (text) {
            case "true", "True" -> Boolean.TRUE;
            case "false", "False" -> Boolean.FALSE;
            case "null", "None", "none", "~", "" -> null;
            default -> text;
        };
    }

    private int integer(YamlNode node, String what) {
        if (scalar(node) instanceof Integer number) {
            return number;
        }
        throw error(node, "'" + what + "' must be a whole number, but is '" + scalar(node) + "'");
    }

    private int atLeastOne(YamlNode node, String what) {
        int number = integer(node, what);
        if (number < 1) {
            throw error(node, "'" + what + "' must be at least 1, but is " + number);
        }
        return number;
    }

    private int repeats(YamlNode node) {
        int repeats = integer(node, "repeats");
        if (repeats < 1 || repeats > MOST_REPEATS) {
            throw error(node, "'repeats' must be 1 to " + MOST_REPEATS + ", but is " + repeats);
        }
        return repeats;
    }

    /// A multiplier of repeats or widths.
    private double multiple(YamlNode node, String what) {
        if (!(scalar(node) instanceof Number number)) {
            throw error(node, "'" + what + "' must be a number, but is '" + scalar(node) + "'");
        }
        double factor = number.doubleValue();
        if (!(factor > 0 && Double.isFinite(factor))) {
            throw error(node, "'" + what + "' must be above 0 and finite, but is " + number);
        }
        return factor;
    }

    private ArchitectureException error(YamlNode node, String what) {
        return error(node, what, "");
    }

    private ArchitectureException error(YamlNode node, String what, String remedy) {
        return new ArchitectureException(what, node.place(), remedy);
    }
}
