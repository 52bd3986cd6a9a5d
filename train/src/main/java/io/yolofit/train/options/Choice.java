package io.yolofit.train.options;

/// A value of a fixed list of words; implemented by the enums of this package.
public sealed interface Choice permits AmpChoice, OptimizerChoice, CacheChoice, FormatChoice, SplitChoice {
    /// The word that users type; case-insensitive.
    String word();
}
