package io.yolofit.app;

import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptionTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Command lines of the scripts of YOLOv5's and YOLOv9's authors: `train_dual.py --img 640 --cfg yolov9-s.yaml`.
///
/// There, `cfg` is the architecture and `weights` its initial weights, which may be empty; without `cfg`, the file of
/// `weights` has both. Switches that turn something off, such as `--noval`, become options set to false. An empty value
/// is the default.
///
/// @param mode  command that the script corresponds to
/// @param words its options in this program's names, as `name=value`
record ScriptWords(Mode mode, List<String> words) {
    private static final Pattern SCRIPT =
            Pattern.compile("(?:.*[/\\\\])?(train|val|test|detect|predict)(?:_dual|_triple)?\\.py");
    private static final Map<String, String> SWITCHED_OFF = Map.of("noval", "val", "nosave", "save",
            "noplots", "plots", "linear_lr", "cos_lr");
    private static final String CFG = "cfg";
    private static final String WEIGHTS = "weights";

    ScriptWords {
        words = List.copyOf(words);
    }

    /// The translation of a command line that starts with the name of a script; empty if it does not.
    static Optional<ScriptWords> of(List<String> typed) {
        Matcher script = typed.isEmpty() ? null : SCRIPT.matcher(typed.getFirst());
        if (script == null || !script.matches()) {
            return Optional.empty();
        }
        Mode mode = switch (script.group(1)) {
            case "train" -> Mode.TRAIN;
            case "val", "test" -> Mode.VAL;
            default -> Mode.PREDICT;
        };
        return Optional.of(new ScriptWords(mode, translated(mode, typed.subList(1, typed.size()))));
    }

    private static List<String> translated(Mode mode, List<String> typed) {
        Map<String, String> given = new LinkedHashMap<>();
        List<String> rest = new ArrayList<>();
        for (int at = 0; at < typed.size(); at++) {
            String word = typed.get(at);
            if (!word.startsWith("--")) {
                rest.add(word);
                continue;
            }
            int equals = word.indexOf('=');
            String name = (equals < 0 ? word : word.substring(0, equals)).substring(2).replace('-', '_');
            if (equals >= 0) {
                given.put(name, word.substring(equals + 1));
            } else if (at + 1 < typed.size() && !typed.get(at + 1).startsWith("--")) {
                given.put(name, typed.get(++at));
            } else {
                given.put(name, SWITCHED_OFF.containsKey(name) ? "false" : null);
            }
        }
        List<String> words = new ArrayList<>(models(mode, given));
        given.forEach((name, value) -> {
            if (!"".equals(value)) {
                words.add(renamed(mode, name) + (value == null ? "" : "=" + value));
            }
        });
        words.addAll(rest);
        return words;
    }

    /// Removes `cfg` and `weights` and returns the options that correspond to them.
    private static List<String> models(Mode mode, Map<String, String> given) {
        boolean hasWeights = given.containsKey(WEIGHTS);
        String weights = hasWeights ? given.remove(WEIGHTS) : "";
        String cfg = mode == Mode.TRAIN && given.containsKey(CFG) ? given.remove(CFG) : "";
        List<String> words = new ArrayList<>();
        if (cfg != null && !cfg.isEmpty()) {
            words.add("model=" + cfg);
            if (weights != null && !weights.isEmpty()) {
                words.add("pretrained=" + weights);
            }
        } else if (weights != null && !weights.isEmpty()) {
            words.add("model=" + weights);
        }
        return words;
    }

    private static String renamed(Mode mode, String name) {
        String on = SWITCHED_OFF.getOrDefault(name, name);
        String option = mode == Mode.VAL && on.equals("task") ? OptionTable.SPLIT.name() : on;
        return OptionTable.named(option, mode).map(Option::name).orElse(option);
    }
}
