package io.yolofit.zoo.model;

import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/// Initial weights of a model. Convolutions are uniform in `+-1/sqrt(fan in)` (He et al., 2015, with gain `sqrt(1/3)`),
/// normalizations start as the identity, and the head's biases encode a prior: box sides at a distance of about two
/// strides, and five objects per 640-pixel image, over all classes.
///
/// The values of a tensor depend on the random seed and on its name only, not on the rest of the model.
public final class Initializer {
    private static final float BOX_BIAS = 2;
    private static final double OBJECTS = 5;
    private static final double IMAGE_SIDE = 640;

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
        } else if (name.startsWith(head.path()) && !name.contains(".bn.") && name.endsWith(".bias")) {
            Arrays.fill(values, headBias(name));
        }
        return values;
    }

    /// The bias of `<head>.cv2.<level>.2` or `<head>.cv3.<level>.2`.
    private float headBias(String name) {
        String[] members = name.substring(head.path().length() + 1).split("\\.");
        int stride = head.strides().get(Integer.parseInt(members[1]));
        double cells = Math.pow(IMAGE_SIDE / stride, 2);
        return members[0].equals("cv2") ? BOX_BIAS : (float) Math.log(OBJECTS / head.classes() / cells);
    }

    private void uniform(float[] values, double bound, String name) {
        CRC32 hash = new CRC32();
        hash.update(name.getBytes(StandardCharsets.UTF_8));
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + hash.getValue());
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
    }
}
