package io.yolofit.train.options;

/// A value out of a fixed list of words; implemented by the enums of this package.
public sealed interface Choice permits AmpChoice, OptimizerChoice, CacheChoice, RecomputeChoice,
        SplitChoice {
    /// The word that users type; compared without regard to case.
    String word();
}
