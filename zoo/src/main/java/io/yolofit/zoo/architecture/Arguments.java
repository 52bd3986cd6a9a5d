package io.yolofit.zoo.architecture;

import io.yolofit.base.DidYouMean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Arguments of a layer's block: named, or positional with names given by the block.
public final class Arguments {
    private final Map<String, Object> named;
    private final List<Object> positional;
    private final String origin;

    private Arguments(Map<String, Object> named, List<Object> positional, String origin) {
        this.named = named;
        this.positional = positional;
        this.origin = origin;
    }

    static Arguments named(Map<String, Object> values, String origin) {
        return new Arguments(new LinkedHashMap<>(values), List.of(), origin);
    }

    static Arguments positional(List<Object> values, String origin) {
        return new Arguments(Map.of(), new ArrayList<>(values), origin);
    }

    /// Names positional arguments and checks named ones.
    ///
    /// @param names of all arguments of the block, in positional order
    /// @throws ArchitectureException for an argument that the block does not have
    public Arguments bind(String block, List<String> names) {
        if (positional.size() > names.size()) {
            throw new ArchitectureException(block + " takes at most " + names.size() + " arguments " + names
                    + ", but has " + positional.size() + ": " + positional, origin, "");
        }
        Map<String, Object> bound = new LinkedHashMap<>();
        for (int i = 0; i < positional.size(); i++) {
            bound.put(names.get(i), positional.get(i));
        }
        for (Map.Entry<String, Object> entry : named.entrySet()) {
            if (!names.contains(entry.getKey())) {
                throw new ArchitectureException(block + " has no field '" + entry.getKey() + "'", origin,
                        "use one of " + names + DidYouMean.question(entry.getKey(), names));
            }
            bound.put(entry.getKey(), entry.getValue());
        }
        return new Arguments(bound, List.of(), origin);
    }

    /// The same with one more named argument.
    Arguments with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(named);
        more.put(name, value);
        return new Arguments(more, positional, origin);
    }

    /// Whether an argument is given.
    public boolean has(String name) {
        return named.get(name) != null;
    }

    /// A required whole number of at least 1.
    public int positive(String name) {
        if (!has(name)) {
            throw new ArchitectureException("'" + name + "' is missing", origin, "give it, as in " + name + ": 64");
        }
        return integer(name, 1, 1);
    }

    /// A whole number, or `absent` if it is not given.
    public int integer(String name, int least, int absent) {
        Object value = named.get(name);
        if (value == null) {
            return absent;
        }
        if (value instanceof Number number && number.doubleValue() == number.intValue() && number.intValue() >= least) {
            return number.intValue();
        }
        throw wrong(name, value, "a whole number of at least " + least);
    }

    /// A number above 0, or `absent` if it is not given.
    public double real(String name, double absent) {
        Object value = named.get(name);
        if (value == null) {
            return absent;
        }
        if (value instanceof Number number && number.doubleValue() > 0) {
            return number.doubleValue();
        }
        throw wrong(name, value, "a number above 0");
    }

    /// A required list of whole numbers; a single number is a list of one.
    public List<Integer> integers(String name, int least) {
        if (!has(name)) {
            throw new ArchitectureException("'" + name + "' is missing", origin, "give a list, as in " + name
                    + ": [64, 128]");
        }
        Object value = named.get(name);
        List<Integer> numbers = new ArrayList<>();
        for (Object item : value instanceof List<?> list ? list : List.of(value)) {
            if (!(item instanceof Integer number) || number < least) {
                throw wrong(name, value, "a list of whole numbers of at least " + least);
            }
            numbers.add(number);
        }
        if (numbers.isEmpty()) {
            throw wrong(name, value, "a list of whole numbers of at least " + least);
        }
        return numbers;
    }

    public boolean flag(String name, boolean absent) {
        Object value = named.get(name);
        if (value == null) {
            return absent;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(name, value, "true or false");
    }

    public String word(String name, String absent) {
        Object value = named.get(name);
        return value == null ? absent : value.toString();
    }

    private ArchitectureException wrong(String name, Object value, String expected) {
        return new ArchitectureException("'" + name + "' must be " + expected + ", but is '" + value + "'", origin, "");
    }

    /// For summaries: `out=64 kernel=3`, or the positional values.
    @Override
    public String toString() {
        if (!positional.isEmpty()) {
            return positional.toString();
        }
        StringBuilder text = new StringBuilder();
        named.forEach((name, value) -> text.append(text.isEmpty() ? "" : " ").append(name).append('=').append(value));
        return text.toString();
    }
}
