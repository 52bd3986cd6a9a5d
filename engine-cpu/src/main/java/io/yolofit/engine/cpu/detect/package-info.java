/// The detection loss on the CPU, in plain Java: box decoding, task-aligned assignment, value and gradient of the loss.
///
/// Reading order: [DetectionLoss] (the whole computation), [HeadLevel], [Targets], [LossSettings] and [LossResult]
/// (inputs and outputs), [Head] (levels and anchor indices), [SideDistances] (logits to boxes), [CompleteIou],
/// [TaskAlignedAssigner] with [ImageObjects], [TopCandidates] and [Positives], then [ClassLoss], [BoxLoss] and
/// [GradientScale]; [ImageWorkers] distributes images over threads; [BoxDecoder] serves inference; [Assigned] is the
/// assignment between the two halves of the loss of several ranks.
///
/// May import: the JDK.
///
/// # The assigner
/// **Algorithm.** An object g and an anchor a (the center of a cell) strictly inside g have an overlap
/// `u = max(0, CIoU(g, box predicted at a))` and a metric `m = score^alpha u^beta`. Each object claims the `topK`
/// anchors of highest m. An anchor with one claim belongs to its claimant, one with several claims to the object of
/// largest overlap. The soft target of an anchor is `m * (best u of its object's anchors) / (best m of them + 1e-9)`.
/// One-to-many heads have `topK` 10, alpha .5 and beta 6, and the numbers below are theirs.
///
/// **Memory.** The textbook form holds matrices of objects x anchors: inside, score, overlap, metric, and four
/// distances each; 2,000 objects at 640 px are 16.8 million pairs per image. Here each object visits the rectangle of
/// cells whose centers are inside it, level by level, and stores three things: its ten candidates, in a list that the
/// next object reuses; a claim on each of them (a counter and the first claimant per anchor); and, for every visited
/// anchor, the object of largest overlap so far. The last one avoids a second pass over all pairs when claims conflict.
/// Overlap and metric of the few winners are recomputed, not stored. Memory is therefore a few numbers per anchor and
/// per object of one image, per worker, plus the positives of each image of the batch. A predicted box is decoded when
/// the first object visits its anchor.
///
/// **Ties.** Equal metrics: the lowest anchor index wins. Equal overlaps: the lowest object index wins. Metric and
/// overlap are computed in double and compared in single precision, as in the reference, so that a metric underflows to
/// zero in the same place. NaN counts as larger than any number: a diverged prediction becomes a positive and shows in
/// the loss.
///
/// **Parity with the reference.**
/// - The inside test compares edges in single precision, rounded as the reference rounds them, with a margin of 1e-9
///   px: centers are at multiples of half a stride, and edges of hand-drawn boxes often are too.
/// - A side shorter than the first stride is widened to the second for the inside test, each side separately. Overlap
///   and loss use the true box.
/// - The ten best are selected over all anchors and masked by the inside test afterwards. An object with fewer than ten
///   anchors of non-zero metric therefore fills its places with anchors of metric zero, inside or outside. The
///   reference's selection among them depends on its sort; here the lowest indices are used, so such an anchor is
///   claimed only if it is one of the first of the image and also inside the object. It counts as a claim and as a
///   positive, but its soft target is 0: it adds nothing to loss or gradient, except that it can make another claim
///   conflict.
/// - An anchor with conflicting claims goes to the object of largest overlap among all objects around it, even one that
///   did not claim it. Where all overlaps are 0 the reference selects object 0 and this code the first object around
///   the anchor; either way the soft target is 0.
/// - A box whose four edges sum to 0 or less is padding in the reference and gets no anchors.
/// - `keep` below `topK` (one-to-one heads) applies after conflicts are resolved; best overlap and metric are then
///   those of the remaining anchors.
/// - The normalizer max(1, sum of soft targets) is taken over the batch, so no gradient can be written before the last
///   image is assigned. This is why there are two passes over the images, and why gradients may overwrite logits.
package io.yolofit.engine.cpu.detect;
