package io.yolofit.train.options;

import io.yolofit.base.yaml.YamlException;
import io.yolofit.base.yaml.YamlNode;
import io.yolofit.base.yaml.YamlText;
import io.yolofit.train.options.Option.Group;
import io.yolofit.train.options.OptionsException.Problem;
import io.yolofit.train.options.OptionsParser.Assignment;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A YAML file of options, such as the `args.yaml` that every run writes, and the hyperparameters that `hyp=` names: a
/// preset, or a file as the authors of YOLOv5 and YOLOv9 use it.
///
/// The keys of a file of hyperparameters are options of the optimizer, the loss and augmentation. Other keys, such as
/// those of anchors, are ignored with a note. A file with a gain `obj` and none for `dfl` belongs to an anchor-based
/// loss, whose gains `box` and `cls` are of another scale: they are ignored too.
final class CfgFile {
    private static final Pattern ELSEWHERE = Pattern.compile(
            "(gpu|mps|npu|xpu|-[2-9]\\d*|\\[?-\\d+(\\s*,\\s*-\\d+)+]?|\\[-\\d+])");

    private static final Set<Group> GROUPS = Set.of(Group.OPTIMIZATION, Group.LOSS, Group.AUGMENTATION);
    private static final Set<String> GAINS = Set.of("box", "cls");
    private static final Pattern PRESET_FILE = Pattern.compile("(?:hyp\\.)?(scratch-[a-z]+)(?:\\.ya?ml)?");

    /// Values that differ from the defaults, in increasing strength of augmentation.
    private static final Map<String, Map<String, String>> PRESETS = presets();

    private static final String LINES = "write each option as a line `name: value`";

    private CfgFile() {}

    /// Whether the `device` of a file is specific to the machine it was written on: the idlest GPUs, or another kind.
    static boolean namesOtherMachine(String text) {
        return ELSEWHERE.matcher(text.strip().toLowerCase(Locale.ROOT)).matches();
    }

    /// @param key of the option that names the file, for messages
    static List<Assignment> read(String key, Path file, List<Problem> problems) {
        try {
            return parse(Files.readString(file), file.toString(), problems);
        } catch (NoSuchFileException _) {
            problems.add(new Problem(key + "=" + file, "no such file", "give an existing file"));
        } catch (CharacterCodingException _) {
            problems.add(new Problem(key + "=" + file, "is not UTF-8 text: save it as UTF-8",
                    "save it as UTF-8"));
        } catch (IOException failure) {
            problems.add(new Problem(key + "=" + file, "cannot be read: " + reason(file, failure),
                    "give a file that can be read"));
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
            Optional<YamlNode> root = YamlText.nodes(withoutMark(text), where);
            if (root.isEmpty()) {
                return List.of();
            }
            if (root.get() instanceof YamlNode.Mapping mapping) {
                return assignments(mapping, problems);
            }
            problems.add(new Problem(where, "is not a list of `name: value` lines", LINES));
        } catch (YamlException malformed) {
            problems.add(new Problem(malformed.where(), "is not valid YAML: " + malformed.what(), LINES));
        }
        return List.of();
    }

    /// Editors of Windows begin UTF-8 text with a byte order mark.
    private static String withoutMark(String text) {
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    private static List<Assignment> assignments(YamlNode.Mapping mapping, List<Problem> problems) {
        var assignments = new ArrayList<Assignment>();
        for (YamlNode.Entry row : mapping.entries()) {
            String place = row.key().place();
            Optional<String> name = text(row.key());
            Optional<String> value = text(row.value());
            if (name.isEmpty() || value.isEmpty()) {
                problems.add(new Problem(place, "expected name: value, with a single value or a list of them",
                        LINES));
            } else {
                assignments.add(new Assignment(
                        place + " " + name.get() + ": " + value.get(), name.get(), value.get()));
            }
        }
        return assignments;
    }

    /// The text of a scalar, or of a list of scalars as `[a, b]`; empty for deeper structures.
    private static Optional<String> text(YamlNode node) {
        return switch (node) {
            case YamlNode.Scalar scalar -> Optional.of(scalar.text());
            case YamlNode.Sequence list -> {
                List<YamlNode> items = list.items();
                yield items.stream().allMatch(YamlNode.Scalar.class::isInstance)
                        ? Optional.of(items.stream().map(item -> ((YamlNode.Scalar) item).text())
                                .collect(Collectors.joining(", ", "[", "]")))
                        : Optional.empty();
            }
            case YamlNode.Mapping _ -> Optional.empty();
        };
    }

    /// What differs from the defaults. `scratch-high` has the recorded values of YOLOv9's recipe; `scratch-low` is
    /// taken to be the defaults, and the values of `scratch-med` were not compared with the authors' file.
    private static Map<String, Map<String, String>> presets() {
        Map<String, Map<String, String>> presets = new LinkedHashMap<>();
        presets.put("scratch-low", Map.of());
        presets.put("scratch-med", Map.of("scale", "0.9", "mixup", "0.1"));
        presets.put("scratch-high", Map.of("scale", "0.9", "mixup", "0.15", "copy_paste", "0.3",
                "close_mosaic", "15"));
        return presets;
    }

    /// Names of the presets.
    static Set<String> presetNames() {
        return PRESETS.keySet();
    }

    /// The assignments of a preset or a file.
    ///
    /// @param notes for keys that are ignored
    static List<Assignment> hyperparameters(String name, List<Problem> problems, List<String> notes) {
        Path file = Path.of(name);
        Matcher preset = PRESET_FILE.matcher(file.getFileName() == null ? "" : file.getFileName().toString());
        if (!Files.exists(file) && preset.matches() && PRESETS.containsKey(preset.group(1))) {
            return PRESETS.get(preset.group(1)).entrySet().stream().sorted(Map.Entry.comparingByKey())
                    .map(entry -> new Assignment("hyp=" + preset.group(1) + " " + entry.getKey() + ": "
                            + entry.getValue(), entry.getKey(), entry.getValue())).toList();
        }
        return selected(read("hyp", file, problems), name, notes);
    }

    private static List<Assignment> selected(List<Assignment> all, String file, List<String> notes) {
        boolean otherLoss = all.stream().anyMatch(assignment -> assignment.name().equals("obj"))
                && all.stream().noneMatch(assignment -> assignment.name().equals(OptionTable.DFL.name()));
        List<Assignment> taken = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        List<String> gains = new ArrayList<>();
        for (Assignment assignment : all) {
            String shown = assignment.name() + "=" + assignment.text();
            Optional<Option<?>> option = OptionTable.named(assignment.name(), Mode.TRAIN)
                    .filter(found -> GROUPS.contains(found.group()) || found == OptionTable.CLOSE_MOSAIC);
            if (otherLoss && GAINS.contains(assignment.name())) {
                gains.add(shown);
            } else if (option.isPresent()) {
                taken.add(assignment);
            } else if (!ReferenceKeys.isDefault(assignment.name(), assignment.text())) {
                ignored.add(shown);
            }
        }
        if (!ignored.isEmpty()) {
            notes.add(file + ": ignored, no hyperparameters here: " + String.join(", ", ignored));
        }
        if (!gains.isEmpty()) {
            notes.add(file + ": ignored, gains of an anchor-based loss (the file has obj and no dfl): "
                    + String.join(", ", gains));
        }
        return taken;
    }
}
