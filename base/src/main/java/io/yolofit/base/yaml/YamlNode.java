package io.yolofit.base.yaml;

import java.util.List;
import java.util.OptionalInt;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// A value of a YAML file with its place. Children are created when they are asked for: by aliases, a node may contain
/// itself.
public abstract sealed class YamlNode {
    private final String place;

    private YamlNode(Node node, String file) {
        place = file + node.getStartMark().map(YamlException::line).orElse("");
    }

    static YamlNode of(Node node, String file) {
        return switch (node) {
            case ScalarNode scalar -> new Scalar(scalar, file);
            case SequenceNode sequence -> new Sequence(sequence, file);
            case MappingNode mapping -> new Mapping(mapping, file);
            default -> throw new IllegalArgumentException("not composed from text: " + node); // Node is not sealed
        };
    }

    /// `file:line`, counted from 1.
    public final String place() {
        return place;
    }

    /// A single value.
    public static final class Scalar extends YamlNode {
        private final String text;
        private final boolean empty;

        private Scalar(ScalarNode node, String file) {
            super(node, file);
            text = node.getValue();
            empty = node.getTag().equals(Tag.NULL);
        }

        /// The value as text, without quotes.
        public String text() {
            return text;
        }

        /// Whether there is no value, as in `key:` or `key: null`.
        public boolean isNull() {
            return empty;
        }
    }

    /// A list: `[a, b]`, or lines that begin with a dash.
    public static final class Sequence extends YamlNode {
        private final SequenceNode node;
        private final String file;

        private Sequence(SequenceNode node, String file) {
            super(node, file);
            this.node = node;
            this.file = file;
        }

        public List<YamlNode> items() {
            return node.getValue().stream().map(item -> of(item, file)).toList();
        }

        /// Whether it has no tag of its own, such as `!!set`.
        public boolean isPlain() {
            return node.getTag().equals(Tag.SEQ);
        }
    }

    /// A map: `{a: 1, b: 2}`, or lines `a: 1`.
    public static final class Mapping extends YamlNode {
        private final MappingNode node;
        private final String file;

        private Mapping(MappingNode node, String file) {
            super(node, file);
            this.node = node;
            this.file = file;
        }

        /// All entries in their order. Keys may repeat, and need not be scalars.
        public List<Entry> entries() {
            return node.getValue().stream().map(entry -> new Entry(of(entry.getKeyNode(), file),
                    of(entry.getValueNode(), file))).toList();
        }

        /// For a map in braces, the number of code points of the text up to and including the closing brace.
        public OptionalInt endOfBraces() {
            return node.getFlowStyle() == FlowStyle.FLOW ? OptionalInt.of(node.getEndMark().orElseThrow().getIndex())
                    : OptionalInt.empty();
        }
    }

    /// An entry of a map.
    public record Entry(YamlNode key, YamlNode value) {}
}
