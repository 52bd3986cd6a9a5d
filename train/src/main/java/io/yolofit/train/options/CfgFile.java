package io.yolofit.train.options;

import io.yolofit.train.options.OptionsException.Problem;
import io.yolofit.train.options.OptionsParser.Assignment;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// A YAML file of options, such as the `args.yaml` that every run writes.
final class CfgFile {
    private static final Pattern ELSEWHERE = Pattern.compile(
            "(gpu|mps|npu|xpu|-[2-9]\\d*|\\[?(cuda:)?-?\\d+(\\s*,\\s*(cuda:)?-?\\d+)+]?|\\[-\\d+])");

    private CfgFile() {}

    /// Whether the `device` of a file is specific to the machine it was written on: several GPUs, or another kind.
    static boolean namesOtherMachine(String text) {
        return ELSEWHERE.matcher(text.strip().toLowerCase(Locale.ROOT)).matches();
    }

    static List<Assignment> read(Path file, List<Problem> problems) {
        try {
            return parse(Files.readString(file), file.toString(), problems);
        } catch (NoSuchFileException _) {
            problems.add(new Problem("cfg=" + file, "no such file"));
        } catch (CharacterCodingException _) {
            problems.add(new Problem("cfg=" + file, "is not UTF-8 text: save it as UTF-8"));
        } catch (IOException failure) {
            problems.add(new Problem("cfg=" + file, "cannot be read: " + reason(file, failure)));
        }
        return List.of();
    }

    /// The message of a file system exception is often only a path.
    private static String reason(Path file, IOException failure) {
        return failure instanceof AccessDeniedException ? "permission denied"
                : Files.isDirectory(file) ? "it is a folder"
                : failure.getMessage();
    }

    /// The assignments of a file; of equal names, the last one is used by the caller.
    static List<Assignment> parse(String text, String where, List<Problem> problems) {
        try {
            Optional<Node> root = new Compose(LoadSettings.builder().setLabel(where).build())
                    .composeString(withoutMark(text));
            if (root.isEmpty()) {
                return List.of();
            }
            if (root.get() instanceof MappingNode mapping) {
                return assignments(mapping, where, problems);
            }
            problems.add(new Problem(where, "is not a list of `name: value` lines"));
        } catch (MarkedYamlEngineException malformed) {
            problems.add(new Problem(where + line(malformed.getProblemMark()),
                    "is not valid YAML: " + malformed.getProblem()));
        } catch (YamlEngineException malformed) {
            problems.add(new Problem(where, "is not valid YAML: " + malformed.getMessage()));
        }
        return List.of();
    }

    /// Editors of Windows begin UTF-8 text with a byte order mark.
    private static String withoutMark(String text) {
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    private static List<Assignment> assignments(MappingNode mapping, String where, List<Problem> problems) {
        var assignments = new ArrayList<Assignment>();
        for (NodeTuple row : mapping.getValue()) {
            String place = where + line(row.getKeyNode().getStartMark());
            Optional<String> name = text(row.getKeyNode());
            Optional<String> value = text(row.getValueNode());
            if (name.isEmpty() || value.isEmpty()) {
                problems.add(new Problem(place, "expected name: value, with a single value or a list of them"));
            } else {
                assignments.add(new Assignment(
                        place + " " + name.get() + ": " + value.get(), name.get(), value.get()));
            }
        }
        return assignments;
    }

    /// The text of a scalar, or of a list of scalars as `[a, b]`; empty for deeper structures.
    private static Optional<String> text(Node node) {
        return switch (node) {
            case ScalarNode scalar -> Optional.of(scalar.getValue());
            case SequenceNode list when list.getValue().stream().allMatch(ScalarNode.class::isInstance) ->
                Optional.of(list.getValue().stream().map(item -> ((ScalarNode) item).getValue())
                        .collect(Collectors.joining(", ", "[", "]")));
            default -> Optional.empty(); // Node is not sealed
        };
    }

    private static String line(Optional<Mark> mark) {
        return mark.map(at -> ":" + (at.getLine() + 1)).orElse("");
    }
}
