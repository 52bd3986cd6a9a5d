package io.yolofit.train.trajectory;

import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.zoo.model.Initializer;
import io.yolofit.zoo.model.Layouts;
import io.yolofit.zoo.model.Model;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/// The rule from which the reference's golden files take weights and inputs, so that neither needs a file.
final class GoldenRule {
    private GoldenRule() {
    }

    /// Element `i` of the sequence of a seed, uniform in [-.5, .5).
    static double uniform(long i, long seed) {
        int h = (int) (i * 2654435761L + seed * 40503L + 12345L);
        h ^= h >>> 16;
        h *= 0x45d9f3b;
        h ^= h >>> 16;
        return Integer.toUnsignedLong(h) / 4294967296.0 - 0.5;
    }

    /// First weights of a trajectory by name, in the graph's order: the rule's, except the biases of the head's last
    /// convolutions, which have their initial values.
    static Map<String, float[]> weights(Model model) {
        Map<String, float[]> values = new LinkedHashMap<>(Initializer.of(model, 0));
        for (Value value : model.state()) {
            String name = value.name();
            if (!name.endsWith(".bias") || name.endsWith(".bn.bias")) {
                values.put(name, tensor(name, value.shape()));
            }
        }
        return values;
    }

    private static float[] tensor(String name, Shape shape) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        float[] values = new float[Math.toIntExact(shape.count())];
        double bound = shape.rank() > 1 ? 2 * Math.sqrt(3.0 * shape.dim(0) / shape.count()) : 0;
        for (int i = 0; i < values.length; i++) {
            double u = (float) uniform(i, crc.getValue());
            values[i] = (float) switch (name.substring(name.lastIndexOf('.') + 1)) {
                case "running_var" -> 1 + 0.5 * u;
                case "running_mean", "bias" -> 0.2 * u;
                default -> shape.rank() > 1 ? bound * u : name.endsWith("bn.weight") ? 1 + 0.2 * u : 0.2 * u;
            };
        }
        return Layouts.toGraph(values, shape);
    }
}
