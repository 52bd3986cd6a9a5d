package io.yolofit.engine.cuda.dnn;

import io.yolofit.engine.TunedConvolution;
import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Window;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Keys of the tuning cache: [ConvolutionProblem#key()], with a suffix for TF32.
final class TuningKey {
    private static final String TF32 = " tf32";
    private static final String DIMENSIONS = "\\[(\\d{1,10}(?:,\\d{1,10}){3})]";
    private static final String NUMBER = " (\\d{1,6})";
    private static final Pattern KEY = Pattern.compile("(FORWARD|DATA|WEIGHT) x" + DIMENSIONS + " w" + DIMENSIONS + " y"
            + DIMENSIONS + " stride" + NUMBER + " padding" + NUMBER + " dilation" + NUMBER + " groups" + NUMBER
            + " (f32|f16|bf16)(?: added)?(?: unaligned)?(" + TF32 + ")?");

    private TuningKey() {
    }

    /// @param tf32 whether f32 operands may be rounded to TF32; the cache serves engines with and without it
    static String of(ConvolutionProblem problem, boolean tf32) {
        return problem.key() + (tf32 && problem.type() == DType.F32 ? TF32 : "");
    }

    /// The convolution of a key.
    ///
    /// @return empty for a key of another form
    static Optional<TunedConvolution> parse(String key, double milliseconds) {
        Matcher parts = KEY.matcher(key);
        if (!parts.matches()) {
            return Optional.empty();
        }
        var window = new Window(number(parts, 5), number(parts, 6), number(parts, 7), number(parts, 8));
        DType type = Arrays.stream(DType.values()).filter(one -> one.text().equals(parts.group(9))).findFirst()
                .orElseThrow();
        return Optional.of(new TunedConvolution(TunedConvolution.Direction.valueOf(parts.group(1)), shape(parts, 2),
                shape(parts, 3), shape(parts, 4), window, type, parts.group(10) != null, milliseconds));
    }

    private static int number(Matcher parts, int group) {
        return Integer.parseInt(parts.group(group));
    }

    private static Shape shape(Matcher parts, int group) {
        return Shape.of(Arrays.stream(parts.group(group).split(",")).mapToLong(Long::parseLong).toArray());
    }
}
