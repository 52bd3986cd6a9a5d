package io.yolofit.graph.op;

/// How an output and an input of a node share memory.
///
/// @param offset of the part in the whole: in channels if `channels`, otherwise in flat elements
/// @param channels whether the part is a range of the whole's last dimension, at the whole's pitch
public record Alias(Kind kind, int output, int input, long offset, boolean channels) {
    /// Kinds of sharing.
    public enum Kind {
        /// The output is a view of a part of the input; nothing is written.
        VIEW,
        /// The producer may write the input directly into its slot in the output; otherwise the node copies it.
        SLOT,
        /// The output may overwrite the input if nothing reads the input afterwards.
        REUSE,
        /// The output is the input, updated.
        IN_PLACE
    }

    public static Alias view(long offset, boolean channels) {
        return new Alias(Kind.VIEW, 0, 0, offset, channels);
    }

    public static Alias slot(int input, long offset, boolean channels) {
        return new Alias(Kind.SLOT, 0, input, offset, channels);
    }

    public static Alias reuse(int output, int input) {
        return new Alias(Kind.REUSE, output, input, 0, false);
    }

    public static Alias inPlace(int output, int input) {
        return new Alias(Kind.IN_PLACE, output, input, 0, false);
    }
}
