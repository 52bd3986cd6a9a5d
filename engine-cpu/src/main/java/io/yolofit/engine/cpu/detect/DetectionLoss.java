package io.yolofit.engine.cpu.detect;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.Executor;

/// The detection loss: classification, CIoU (Zheng et al., 2020) and distribution focal loss (Li et al., 2020) over a
/// task-aligned assignment (Feng et al., 2021). Computes the value and the gradient of the logits together.
///
/// ```
/// boxes decoded where needed -> assignment per image -> T = max(1, sum of soft targets of the batch)
///   box   boxGain / T * sum over positives of weight (1 - CIoU)
///   cls   clsGain / T * sum over anchors and classes of cross-entropy with logits
///   dfl   dflGain / T * sum over positives of weight * mean over sides of the distance term
///   total (box + cls + dfl) * images
/// ```
/// Soft targets, T and the alpha of CIoU are constants of the gradient. Arithmetic is in double; metrics and overlaps
/// of the assignment are rounded to single precision. Images run in parallel; sums are stored per image and added in
/// image order, so results are bit-identical for any number of threads.
///
/// An instance reuses its buffers: per worker about 60 bytes per anchor of one image and 130 per object, and per image
/// of the batch 24 bytes per positive. Not thread-safe: one call at a time.
public final class DetectionLoss {
    private static final int ITEMS = 3;

    private final LossSettings settings;
    private final ImageWorkers workers;
    private final Scratch[] scratch;
    private Positives[] positives = new Positives[0];
    /// Box, class and distance sums of each image.
    private double[] sums = new double[0];

    /// @param executor lends `threads - 1` threads during a call; not used when `threads` is 1
    public DetectionLoss(LossSettings settings, Executor executor, int threads) {
        this.settings = settings;
        this.workers = new ImageWorkers(executor, threads);
        this.scratch = new Scratch[threads];
        for (int worker = 0; worker < threads; worker++) {
            scratch[worker] = new Scratch(settings);
        }
    }

    /// Value of the loss. Fills the gradient segments of every level with the gradient of `total * lossScale`.
    ///
    /// @throws IllegalArgumentException if segments, levels or targets do not fit each other; nothing is written then
    public LossResult compute(List<HeadLevel> levels, Targets targets, double lossScale) {
        Head head = check(levels, targets);
        head.requireGradients();
        assign(head, targets);
        double normalizer = normalizer(targets.images());
        GradientScale scale = GradientScale.of(settings, targets.images() * lossScale / normalizer);
        return evaluate(head, targets, scale, normalizer, targets.images());
    }

    /// Only the assignment, for ranks that share the normalizer.
    ///
    /// @param objects     `[anchors of all images]` ints that are written, as of [Assigned]
    /// @param softTargets floats that are written
    /// @return the sum of the soft targets
    public double assign(List<HeadLevel> levels, Targets targets, MemorySegment objects, MemorySegment softTargets) {
        Head head = check(levels, targets);
        assign(head, targets);
        workers.run(targets.images(), (image, worker) ->
                Assigned.store(head, targets, image, positives[image], objects, softTargets));
        return softTargetSum(targets.images());
    }

    /// The loss with an assignment and a normalizer of all ranks. The value is this rank's share; gradients are filled
    /// if the levels have them.
    public LossResult compute(List<HeadLevel> levels, Targets targets, double lossScale, Assigned assigned,
            boolean gradients) {
        Head head = check(levels, targets);
        if (gradients) {
            head.requireGradients();
        }
        grow(targets.images());
        workers.run(targets.images(), (image, worker) -> assigned.load(head, targets, image, positives[image]));
        double normalizer = Math.max(1, assigned.sum());
        GradientScale scale = gradients
                ? GradientScale.of(settings, assigned.images() * lossScale / normalizer) : GradientScale.NONE;
        return evaluate(head, targets, scale, normalizer, assigned.images());
    }

    /// Value of the loss; writes nothing.
    ///
    /// @throws IllegalArgumentException if segments, levels or targets do not fit each other
    public LossResult value(List<HeadLevel> levels, Targets targets) {
        Head head = check(levels, targets);
        assign(head, targets);
        return evaluate(head, targets, GradientScale.NONE, normalizer(targets.images()), targets.images());
    }

    /// The value under the assignment of the last call; for tests that move the logits.
    LossResult valueOfLastAssignment(List<HeadLevel> levels, Targets targets) {
        return evaluate(check(levels, targets), targets, GradientScale.NONE, normalizer(targets.images()),
                targets.images());
    }

    /// The assignment of one image in the last call.
    Positives positives(int image) {
        return positives[image];
    }

    private Head check(List<HeadLevel> levels, Targets targets) {
        targets.requireClasses(settings.classes());
        return Head.of(levels, targets.images(), settings.classes(), settings.regMax());
    }

    private void grow(int images) {
        if (images > positives.length) {
            positives = new Positives[images];
            for (int image = 0; image < positives.length; image++) {
                positives[image] = new Positives();
            }
            sums = new double[ITEMS * positives.length];
        }
    }

    private void assign(Head head, Targets targets) {
        grow(targets.images());
        workers.run(targets.images(), (image, worker) ->
                scratch[worker].assigner.assign(head, targets, image, positives[image]));
    }

    private double normalizer(int images) {
        return Math.max(1, softTargetSum(images));
    }

    private double softTargetSum(int images) {
        double sum = 0;
        for (int image = 0; image < images; image++) {
            sum += positives[image].weightSum();
        }
        return sum;
    }

    /// @param images that the total is multiplied by
    private LossResult evaluate(Head head, Targets targets, GradientScale scale, double normalizer, double images) {
        workers.run(targets.images(), (image, worker) -> {
            Scratch own = scratch[worker];
            own.objects.load(head, targets, image);
            own.boxLoss.add(head, own.objects, image, positives[image], scale);
            sums[ITEMS * image] = own.boxLoss.boxSum();
            sums[ITEMS * image + 1] = own.classLoss.add(head, targets, image, positives[image], scale);
            sums[ITEMS * image + 2] = own.boxLoss.distanceSum();
        });
        double box = 0;
        double cls = 0;
        double dfl = 0;
        int count = 0;
        for (int image = 0; image < targets.images(); image++) {
            box += sums[ITEMS * image];
            cls += sums[ITEMS * image + 1];
            dfl += sums[ITEMS * image + 2];
            count += positives[image].count();
        }
        box *= settings.boxGain() / normalizer;
        cls *= settings.clsGain() / normalizer;
        dfl *= settings.dflGain() / normalizer;
        return new LossResult(box, cls, dfl, (box + cls + dfl) * images, count);
    }

    /// Buffers of one worker.
    private static final class Scratch {
        private final TaskAlignedAssigner assigner;
        private final ImageObjects objects = new ImageObjects();
        private final BoxLoss boxLoss;
        private final ClassLoss classLoss;

        Scratch(LossSettings settings) {
            this.assigner = new TaskAlignedAssigner(settings);
            this.boxLoss = new BoxLoss(settings.regMax());
            this.classLoss = new ClassLoss(settings.classes());
        }
    }
}
