package io.yolofit.zoo.model;

import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.zoo.head.HeadBranch;
import io.yolofit.zoo.head.HeadSpec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// Initial weights of a model. Convolutions are uniform in `+-1/sqrt(fan in)` (He et al., 2015, with gain `sqrt(1/3)`),
/// normalizations start as the identity, and the head's biases encode a prior: box sides at a distance of about two
/// strides, and five objects per 640-pixel image, over all classes.
///
/// The values of a tensor depend on the random seed and on its name only, not on the rest of the model. Streams of
/// different seeds or names are independent.
public final class Initializer {
    private static final float BOX_BIAS = 2;
    /// Factor of a block's result that is added to its input (Touvron et al., CaiT, 2021).
    private static final float RESIDUAL_FACTOR = 0.01f;
    private static final double OBJECTS = 5;
    private static final double IMAGE_SIDE = 640;
    private static final long GAMMA = 0x9E3779B97F4A7C15L; // odd, 2^64 over the golden ratio

    private final HeadSpec head;
    private final long seed;

    public Initializer(HeadSpec head, long seed) {
        this.head = head;
        this.seed = seed;
    }

    /// Values of all parameters and statistics by name, in the graph's order.
    public static Map<String, float[]> of(Model model, long seed) {
        Initializer initializer = new Initializer(model.head(), seed);
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Value value : model.state()) {
            values.put(value.name(), initializer.values(value.name(), value.shape()));
        }
        return values;
    }

    float[] values(String name, Shape shape) {
        float[] values = new float[Math.toIntExact(shape.count())];
        if (shape.rank() > 1) {
            uniform(values, Math.sqrt(1.0 / (shape.count() / shape.dim(0))), name);
        } else if (name.endsWith("running_var") || name.endsWith("bn.weight")) {
            Arrays.fill(values, 1);
        } else if (name.endsWith(".gamma")) {
            Arrays.fill(values, RESIDUAL_FACTOR);
        } else if (name.startsWith(head.path()) && !name.contains(".bn.") && name.endsWith(".bias")) {
            Arrays.fill(values, headBias(name));
        }
        return values;
    }

    /// The bias of the last convolution of a branch and level, such as `<head>.cv2.<level>.2`.
    private float headBias(String name) {
        String[] members = name.substring(head.path().length() + 1).split("\\.");
        for (HeadBranch branch : head.branches()) {
            if (members[0].equals(branch.members().boxes())) {
                return BOX_BIAS;
            }
            if (members[0].equals(branch.members().scores())) {
                double cells = Math.pow(IMAGE_SIDE / branch.strides().get(Integer.parseInt(members[1])), 2);
                return (float) Math.log(OBJECTS / head.classes() / cells);
            }
        }
        throw new IllegalArgumentException(name + " belongs to no branch of the head " + head);
    }

    private void uniform(float[] values, double bound, String name) {
        SplittableRandom random = stream(seed, name);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
    }

    /// The random stream of a tensor. Seed and name are hashed: [SplittableRandom] advances its state by a constant, so
    /// the multiples of that constant, as states of different seeds, would give one stream, shifted by an element each.
    private static SplittableRandom stream(long seed, String name) {
        long state = mix(seed + GAMMA);
        for (byte part : name.getBytes(StandardCharsets.UTF_8)) {
            state = mix((state ^ part) + GAMMA);
        }
        return new SplittableRandom(state);
    }

    /// The finalizer of SplitMix64 (Steele, Lea, Flood 2014), a bijection.
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
