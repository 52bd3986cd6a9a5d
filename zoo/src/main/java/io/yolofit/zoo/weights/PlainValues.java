package io.yolofit.zoo.weights;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Converts the facts of a checkpoint (options, architecture) to plain immutable Java values.
///
/// Tuples and sets become lists, keys become text, a namespace becomes the map of its attributes, and other values
/// (tensors, modules) become a description in angle brackets. Shared values are duplicated, so depth and count are
/// bounded.
final class PlainValues {
    private static final int MAX_VALUES = 200_000;
    private static final int MAX_DEPTH = 64;
    private static final int MAX_PATH_LENGTH = 4096;

    private final String place;
    private int count;

    /// `place` names the file and the part of it, for errors.
    private PlainValues(String place) {
        this.place = place;
    }

    /// The dict or namespace `value` as a map; empty if it is neither.
    static Map<String, Object> map(Object value, String place) {
        return new PlainValues(place).plain(value, 0) instanceof Map<?, ?> map ? textKeys(map) : Map.of();
    }

    private Object plain(Object value, int depth) {
        if (++count > MAX_VALUES || depth > MAX_DEPTH) {
            throw new WeightsException("the values nest without end: depth %d, %d values so far".formatted(
                    depth, count), place, "copy or download the checkpoint again: it is damaged, or not a checkpoint");
        }
        return switch (value) {
            case null -> null;
            case Map<?, ?> map -> plainMap(map, depth);
            case Collection<?> items -> plainList(items, depth);
            case Pickled.Tuple tuple -> plainList(tuple.items(), depth);
            case Pickled.Symbol symbol -> symbol.qualifiedName();
            case Pickled.Instance instance when instance.type().simpleName().endsWith("SimpleNamespace") ->
                    plainMap(instance.state(), depth);
            case Pickled.Instance instance when instance.type().simpleName().endsWith("Path") -> path(instance);
            case Pickled.Instance instance -> "<" + instance.type() + ">";
            case TorchTensor tensor -> "<tensor " + tensor + ">";
            case byte[] bytes -> "<" + bytes.length + " bytes>";
            case String text -> text;
            case Boolean flag -> flag;
            case Number number -> number;
            default -> "<" + value.getClass().getSimpleName() + ">";
        };
    }

    private List<Object> plainList(Collection<?> items, int depth) {
        List<Object> plain = new ArrayList<>();
        items.forEach(item -> plain.add(plain(item, depth + 1)));
        return Collections.unmodifiableList(plain);
    }

    private Map<String, Object> plainMap(Map<?, ?> map, int depth) {
        Map<String, Object> plain = new LinkedHashMap<>();
        map.forEach((key, value) -> plain.put(String.valueOf(plain(key, depth + 1)), plain(value, depth + 1)));
        return Collections.unmodifiableMap(plain);
    }

    private static String path(Pickled.Instance path) {
        List<String> parts = path.arguments().items().stream()
                .filter(String.class::isInstance).map(String.class::cast).toList();
        int length = parts.stream().mapToInt(String::length).sum();
        return length > MAX_PATH_LENGTH ? "<a path of " + length + " characters>"
                : String.join("/", parts).replaceFirst("^//", "/");
    }

    @SuppressWarnings("unchecked") // plainMap makes every key a String
    private static Map<String, Object> textKeys(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }
}
