package io.yolofit.zoo.onnx;

import io.yolofit.base.yaml.YamlException;
import io.yolofit.base.yaml.YamlText;
import io.yolofit.zoo.model.Model;
import io.yolofit.zoo.weights.WeightsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Metadata of an ONNX file, under the keys that consumers of exported YOLO models read. Values that are not words are
/// Python literals, such as `{0: 'cat', 1: 'dog'}` and `[640, 640]`.
///
/// @param names    of the classes
/// @param stride   image sizes are multiples of this
/// @param height   of the images, pixels; with `dynamic`, that of the export
/// @param endToEnd whether the head needs no suppression
/// @param nms      whether the file contains suppression
public record OnnxMetadata(List<String> names, int stride, int batch, int height, int width, boolean dynamic,
        boolean endToEnd, boolean nms) {
    private static final String COPY =
            "give a file that `yolofit export format=onnx` or the usual exporters have written";

    public OnnxMetadata {
        names = List.copyOf(names);
    }

    static Map<String, String> of(Model model, List<String> names, OnnxSettings settings, String version) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("description", "YoloFit " + model.name());
        entries.put("author", "YoloFit");
        entries.put("version", version);
        entries.put("stride", Integer.toString(model.stride()));
        entries.put("task", "detect");
        entries.put("batch", Integer.toString(settings.batch()));
        entries.put("imgsz", List.of(settings.height(), settings.width()).toString());
        entries.put("names", IntStream.range(0, names.size()).mapToObj(i -> i + ": " + quoted(names.get(i)))
                .collect(Collectors.joining(", ", "{", "}")));
        entries.put("channels", "3");
        entries.put("end2end", literal(model.head().endToEnd()));
        entries.put("args", "{'batch': " + settings.batch() + ", 'half': " + literal(settings.half())
                + ", 'dynamic': " + literal(settings.dynamic()) + ", 'nms': " + literal(settings.nms()) + "}");
        return entries;
    }

    private static String literal(boolean flag) {
        return flag ? "True" : "False";
    }

    /// A string literal of Python that YAML reads as the same string.
    private static String quoted(String name) {
        boolean plain = name.chars().allMatch(c -> c != '\'' && c != '\\' && !Character.isISOControl(c));
        if (plain) {
            return "'" + name + "'";
        }
        return name.chars().mapToObj(c -> switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            default -> Character.isISOControl(c) ? String.format("\\x%02x", c) : Character.toString(c);
        }).collect(Collectors.joining("", "\"", "\""));
    }

    /// Reads the entries of a file.
    ///
    /// @param file for messages
    /// @throws WeightsException if names, stride, batch or image size are missing or damaged
    public static OnnxMetadata read(Map<String, String> entries, String file) {
        List<Integer> size = new ArrayList<>();
        if (yaml(entries, "imgsz", file) instanceof List<?> lengths) {
            lengths.forEach(length -> size.add(integer(length, "imgsz", file)));
        }
        if (size.size() != 2) {
            throw damaged("imgsz", entries, file);
        }
        String args = entries.getOrDefault("args", "");
        return new OnnxMetadata(names(entries, file), integer(yaml(entries, "stride", file), "stride", file),
                integer(yaml(entries, "batch", file), "batch", file), size.get(0), size.get(1),
                args.contains("'dynamic': True"), entries.getOrDefault("end2end", "").equals("True"),
                args.contains("'nms': True"));
    }

    private static List<String> names(Map<String, String> entries, String file) {
        Map<Integer, String> names = new TreeMap<>();
        if (yaml(entries, "names", file) instanceof Map<?, ?> map) {
            map.forEach((index, name) -> names.put(integer(index, "names", file), String.valueOf(name)));
        }
        if (names.isEmpty() || !List.copyOf(names.keySet()).equals(IntStream.range(0, names.size()).boxed().toList())) {
            throw damaged("names", entries, file);
        }
        return List.copyOf(names.values());
    }

    private static int integer(Object value, String key, String file) {
        if (value instanceof Integer number) {
            return number;
        }
        throw damaged(key, Map.of(key, String.valueOf(value)), file);
    }

    private static Object yaml(Map<String, String> entries, String key, String file) {
        String text = Optional.ofNullable(entries.get(key)).orElseThrow(() -> damaged(key, entries, file));
        try {
            return YamlText.values(text, file);
        } catch (YamlException unreadable) {
            throw damaged(key, entries, file);
        }
    }

    private static WeightsException damaged(String key, Map<String, String> entries, String file) {
        return new WeightsException(entries.containsKey(key) ? "the metadata '" + key + "' is " + entries.get(key)
                + ", which is not understood" : "no '" + key + "' in the metadata", file, COPY);
    }
}
