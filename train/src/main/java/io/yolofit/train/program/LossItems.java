package io.yolofit.train.program;

import io.yolofit.graph.op.LossTerm;
import io.yolofit.zoo.head.HeadSpec;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;

/// The terms of the detection loss by name, multiplied by their gains.
///
/// @param values of all terms
public record LossItems(Map<LossTerm, Double> values) {
    public static final LossItems ZERO = of(term -> 0);

    public LossItems {
        values = Map.copyOf(values);
        if (values.size() != LossTerm.COUNT) {
            throw new IllegalArgumentException("a loss has " + LossTerm.COUNT + " terms, not " + values.keySet());
        }
    }

    public static LossItems of(ToDoubleFunction<LossTerm> values) {
        Map<LossTerm, Double> items = new EnumMap<>(LossTerm.class);
        for (LossTerm term : LossTerm.values()) {
            items.put(term, values.applyAsDouble(term));
        }
        return new LossItems(items);
    }

    public static LossItems of(double box, double cls, double distance) {
        return of(term -> switch (term) {
            case BOX -> box;
            case CLASS -> cls;
            case DISTANCE -> distance;
        });
    }

    /// The items that a head reports, from those of its branches.
    static LossItems of(HeadSpec head, float[] items) {
        return new LossItems(head.report(items));
    }

    /// The terms by the names that reports use (`box`, `cls`, `dfl`), in their order.
    public SequencedMap<String, Double> named() {
        SequencedMap<String, Double> named = new LinkedHashMap<>();
        for (LossTerm term : LossTerm.values()) {
            named.put(term.word(), get(term));
        }
        return named;
    }

    public double get(LossTerm term) {
        return values.get(term);
    }

    public LossItems plus(LossItems other) {
        return of(term -> get(term) + other.get(term));
    }

    public LossItems times(double factor) {
        return of(term -> get(term) * factor);
    }

    public double sum() {
        double sum = 0;
        for (LossTerm term : LossTerm.values()) {
            sum += get(term);
        }
        return sum;
    }

    public boolean isFinite() {
        return Double.isFinite(sum());
    }
}
