package io.yolofit.train.options.value;

/// A value of an option that is written as a short text of its own.
public sealed interface OptionValue permits AutoBatch, ImageSchedule, LearningRateScaling, MemoryLimit,
        PageAddress, RecomputeAmount, SplitRatio {
    /// The text that a user types, which parses back to an equal value.
    String text();

    /// The value as a YAML and JSON type.
    default Object plain() {
        return text();
    }
}
