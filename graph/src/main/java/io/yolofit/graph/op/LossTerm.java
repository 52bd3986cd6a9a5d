package io.yolofit.graph.op;

/// Terms of the detection loss, in the order of its items.
public enum LossTerm {
    /// CIoU of predicted and true boxes (Zheng et al., 2020).
    BOX("box"),
    /// Binary cross-entropy of the class probabilities.
    CLASS("cls"),
    /// Distances to the sides: distribution focal loss (Li et al., 2020) or, with one bin, the L1 distance.
    DISTANCE("dfl");

    /// Number of items of a branch.
    public static final int COUNT = values().length;

    private final String word;

    LossTerm(String word) {
        this.word = word;
    }

    /// The customary short name, in options, columns and progress lines.
    public String word() {
        return word;
    }
}
