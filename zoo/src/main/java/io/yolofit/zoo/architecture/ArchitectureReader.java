package io.yolofit.zoo.architecture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Reads a model file. Two forms of rows are known and may not be mixed within a row: named fields,
/// `{block: Conv, from: -1, repeats: 1, out: 64, kernel: 3}`, under `rows`, and `[from, repeats, block, args]` under
/// `backbone` and `head`. Nothing in a file is evaluated: a value is a number, a flag, a word, or an error.
public final class ArchitectureReader {
    private static final List<String> FILE_KEYS = List.of("name", "nc", "scales", "rows", "backbone", "head");
    private static final List<String> ROW_KEYS = List.of("block", "from", "repeats");
    private static final int ROW_FORM_FIELDS = 4;

    private final String file;

    private ArchitectureReader(String file) {
        this.file = file;
    }

    /// @param file name for messages
    /// @throws ArchitectureException with file and line
    public static Architecture read(String text, String file) {
        return new ArchitectureReader(file).read(text);
    }

    private Architecture read(String text) {
        Node root;
        try {
            root = new Compose(LoadSettings.builder().setLabel(file).build()).composeString(text)
                    .orElseThrow(() -> new ArchitectureException(file + ": the file is empty"));
        } catch (YamlEngineException e) {
            throw new ArchitectureException(file + ": not a YAML file: " + e.getMessage());
        }
        Map<String, Node> fields = fields(root, "a model file has fields such as 'rows'");
        List<Node> rowNodes = new ArrayList<>();
        for (String key : List.of("rows", "backbone", "head")) {
            if (fields.containsKey(key)) {
                rowNodes.addAll(items(fields.get(key), "'" + key + "' must be a list of rows"));
            }
        }
        if (rowNodes.isEmpty()) {
            throw new ArchitectureException(file + ": no rows; give them under 'rows' (fields " + FILE_KEYS + ")");
        }
        List<Row> rows = new ArrayList<>();
        for (Node node : rowNodes) {
            rows.add(node instanceof SequenceNode ? positionalRow(node, rows.size()) : namedRow(node, rows.size()));
        }
        int classes = fields.containsKey("nc") ? integer(fields.get("nc"), "nc") : Architecture.DEFAULT_CLASSES;
        String name = fields.containsKey("name") ? String.valueOf(scalar(fields.get("name"))) : file;
        return new Architecture(name, scales(fields), rows, classes, text);
    }

    private Map<String, Scale> scales(Map<String, Node> fields) {
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

    private double multiple(Map<String, Node> fields, String key) {
        return fields.containsKey(key) ? real(fields.get(key), key) : 1;
    }

    private Scale scale(String name, Node node) {
        if (node instanceof SequenceNode) {
            List<Node> values = items(node, "");
            if (values.size() != 3) {
                throw error(node, "scale '" + name + "' must be [depth, width, max_channels], but has " + values.size()
                        + " values");
            }
            return new Scale(name, real(values.get(0), "depth"), real(values.get(1), "width"),
                    integer(values.get(2), "max_channels"));
        }
        Map<String, Node> values = fields(node, "a scale has depth, width and max_channels");
        for (String key : List.of("depth", "width", "max_channels")) {
            if (!values.containsKey(key)) {
                throw error(node, "scale '" + name + "' has no '" + key + "'");
            }
        }
        return new Scale(name, real(values.get("depth"), "depth"), real(values.get("width"), "width"),
                integer(values.get("max_channels"), "max_channels"));
    }

    private Row namedRow(Node node, int index) {
        Map<String, Node> values = fields(node, "a row is {block: .., ..} or [from, repeats, block, args]");
        if (!values.containsKey("block")) {
            throw error(node, "row " + index + " has no 'block'");
        }
        Map<String, Object> arguments = new LinkedHashMap<>();
        values.forEach((key, value) -> {
            if (!ROW_KEYS.contains(key)) {
                arguments.put(key, scalar(value));
            }
        });
        int repeats = values.containsKey("repeats") ? integer(values.get("repeats"), "repeats") : 1;
        List<Integer> from = values.containsKey("from") ? from(values.get("from"), index) : List.of(index - 1);
        return new Row(index, from, repeats, String.valueOf(scalar(values.get("block"))),
                Arguments.named(arguments, place(node)), place(node));
    }

    private Row positionalRow(Node node, int index) {
        List<Node> values = items(node, "");
        if (values.size() != ROW_FORM_FIELDS) {
            throw error(node, "row " + index + " must be [from, repeats, block, args], but has " + values.size()
                    + " fields");
        }
        List<Object> arguments = new ArrayList<>();
        for (Node value : items(values.get(3), "the arguments of row " + index + " must be a list")) {
            arguments.add(scalar(value));
        }
        return new Row(index, from(values.get(0), index), integer(values.get(1), "repeats"),
                String.valueOf(scalar(values.get(2))), Arguments.positional(arguments, place(node)), place(node));
    }

    /// Indices of the rows that are read: negative ones count back from this row.
    private List<Integer> from(Node node, int index) {
        List<Integer> absolute = new ArrayList<>();
        for (Node item : node instanceof SequenceNode ? items(node, "") : List.of(node)) {
            int written = integer(item, "from");
            int source = written < 0 ? index + written : written;
            if (source >= index || source < -1 || source == -1 && index != 0) {
                throw error(item, "row " + index + " reads row " + written + ", which does not come before it");
            }
            absolute.add(source);
        }
        return absolute;
    }

    private Map<String, Node> fields(Node node, String expected) {
        if (!(node instanceof MappingNode mapping)) {
            throw error(node, expected);
        }
        Map<String, Node> fields = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            fields.put(String.valueOf(scalar(tuple.getKeyNode())), tuple.getValueNode());
        }
        return fields;
    }

    private List<Node> items(Node node, String expected) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        throw error(node, expected);
    }

    /// A number, a flag, a word, or null for none; anything nested becomes a word that no block understands.
    private Object scalar(Node node) {
        if (!(node instanceof ScalarNode scalar)) {
            throw error(node, "a value must be a number, true or false, or a word");
        }
        String text = scalar.getValue();
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

    private int integer(Node node, String what) {
        if (scalar(node) instanceof Integer number) {
            return number;
        }
        throw error(node, "'" + what + "' must be a whole number, but is '" + scalar(node) + "'");
    }

    private double real(Node node, String what) {
        if (scalar(node) instanceof Number number) {
            return number.doubleValue();
        }
        throw error(node, "'" + what + "' must be a number, but is '" + scalar(node) + "'");
    }

    private ArchitectureException error(Node node, String message) {
        return new ArchitectureException(place(node) + ": " + message);
    }

    private String place(Node node) {
        return file + node.getStartMark().map(mark -> ":" + (mark.getLine() + 1)).orElse("");
    }
}
