package io.yolofit.train.advice;

import java.util.Map;
import java.util.Set;

/// One piece of advice and its conditions.
///
/// @param hardware for which it holds; empty for any
/// @param images   range of training images
/// @param objects  range of the side of the small objects, pixels
/// @param cache    range of the bytes of decoded images over the memory of the machine
/// @param options  that it sets, by name
public record Rule(String topic, Set<Hardware> hardware, Range images, Range objects, Range cache,
        Map<String, String> options, String text, String reason) {
    /// From a value to below another one.
    public record Range(double from, double below) {
        static final Range ANY = new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

        boolean contains(double value) {
            return this == ANY || from <= value && value < below;
        }
    }

    public Rule {
        hardware = Set.copyOf(hardware);
        options = Map.copyOf(options);
    }

    /// Whether all conditions hold.
    public boolean holds(Situation situation) {
        return (hardware.isEmpty() || hardware.contains(situation.hardware())) && images.contains(situation.images())
                && objects.contains(situation.objects()) && cache.contains(situation.cache());
    }
}
