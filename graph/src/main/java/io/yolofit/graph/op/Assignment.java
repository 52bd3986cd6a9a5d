package io.yolofit.graph.op;

/// How anchors are assigned to objects (task-aligned assignment, Feng et al., TOOD, 2021). An object claims its `topK`
/// anchors of largest metric `score^alpha overlap^beta`. After conflicts between objects are resolved, it keeps the
/// `keep` best of those that it got.
///
/// @param topK number of anchors that an object claims
/// @param keep maximum positives per object: `topK` keeps all, 1 is one-to-one
/// @param alpha exponent of the class probability
/// @param beta exponent of the overlap
public record Assignment(int topK, int keep, double alpha, double beta) {
    /// Ten positives per object.
    public static final Assignment ONE_TO_MANY = new Assignment(10, 10, .5, 6);
    /// One positive per object, so that predictions need no suppression (Wang et al., YOLOv10, 2024).
    public static final Assignment ONE_TO_ONE = new Assignment(7, 1, .5, 6);

    public Assignment {
        if (topK < 1 || keep < 1 || keep > topK) {
            throw new IllegalArgumentException("an object must claim topK >= 1 anchors and keep 1 to topK of them, "
                    + "but topK is " + topK + " and keep is " + keep);
        }
        requireExponent("alpha", alpha, alpha >= 0);
        requireExponent("beta", beta, beta > 0);
    }

    private static void requireExponent(String name, double value, boolean legal) {
        if (!legal || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be a finite number "
                    + (name.equals("alpha") ? "of at least 0" : "above 0") + ", but is " + value);
        }
    }
}
