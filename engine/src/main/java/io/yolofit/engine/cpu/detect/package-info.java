/// The detection loss on the CPU, in plain Java: box decoding, task-aligned assignment, value and gradient of the loss.
///
/// Reading order: [DetectionLoss] (the whole way), [HeadLevel], [Targets], [LossSettings] and [LossResult] (what goes
/// in and out), [Head] (levels and anchor numbers), [SideDistances] (logits to boxes), [CompleteIou],
/// [TaskAlignedAssigner] with [ImageObjects], [TopCandidates] and [Positives], then [ClassLoss], [BoxLoss] and
/// [GradientScale]; [ImageWorkers] spreads images over threads; [BoxDecoder] serves inference.
///
/// May import: the JDK.
///
/// # The assigner
/// **What it decides.** Object g and anchor a (a cell's center) that lies strictly inside g have an overlap
/// `u = max(0, CIoU(g, box predicted at a))` and a metric `m = score^0.5 u^6`. Each object claims the ten anchors of
/// highest m. An anchor claimed once belongs to its claimant, one claimed more often to the object it overlaps most.
/// An anchor's soft target is `m * (best u of its object's anchors) / (best m of them + 1e-9)`.
///
/// **Where memory goes.** The textbook form holds matrices of objects x anchors: inside, score, overlap, metric, and
/// four distances each; 2,000 objects at 640 px are 16.8 million pairs an image. Here an object walks over the
/// rectangle of cells whose centers it holds, level by level, and leaves three marks and nothing else: its ten
/// candidates, in a list that the next object reuses; a claim on each of them (a counter and the first claimant per
/// anchor); and, on every anchor it visits, the running winner of "whom does this anchor overlap most". The last one is
/// what makes a second look at all pairs unnecessary when claims are contested. Overlap and metric of the few winners
/// are computed again rather than kept. So memory is a handful of numbers per anchor and per object of one image, per
/// worker, plus the positives of each image of the batch. A predicted box is decoded when the first object looks at it.
///
/// **Ties.** Equal metrics: the lowest anchor number is taken. Equal overlaps: the lowest object number. Metric and
/// overlap are compared in single precision, as the reference compares them (so that a metric underflows to zero in the
/// same place), though they are computed in double. NaN counts as larger than any number: a diverged prediction
/// becomes a positive and shows in the loss.
///
/// **Traps of parity.**
/// - The inside test compares edges in single precision, rounded as the reference rounds them, with a margin of 1e-9
///   px: centers lie on multiples of half a stride and edges of hand-drawn boxes often do too.
/// - A side shorter than the first stride is widened to the second for the inside test, each side by itself. Overlap
///   and loss use the true box.
/// - The ten best are taken over all anchors and masked by the inside test afterwards. An object with fewer than ten
///   anchors of non-zero metric therefore fills its places with anchors of metric zero, wherever they lie. The
///   reference's choice among them is up to its sort; here it is the lowest numbers, so such an anchor is claimed only
///   if it is one of the first of the image and happens to lie inside. It counts as a claim and as a positive, but its
///   soft target is 0: it adds nothing to loss or gradient, except that it can make another's claim contested.
/// - A contested anchor goes to the object it overlaps most of all objects it lies inside, even one that did not claim
///   it. Where all overlaps are 0 the reference names object 0; here it is the first object around the anchor; either
///   way the soft target is 0.
/// - A box whose four edges sum to no more than 0 is padding in the reference and gets no anchors.
/// - `keep` below `topK` (one-to-one heads) acts after contested anchors are settled, and best overlap and metric are
///   then those of the anchors kept.
/// - The normalizer max(1, sum of soft targets) is taken over the batch: no gradient can be written before the last
///   image is assigned. That is why there are two passes over the images, and why gradients may overwrite logits.
package io.yolofit.engine.cpu.detect;
