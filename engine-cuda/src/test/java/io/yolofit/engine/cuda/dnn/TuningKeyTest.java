package io.yolofit.engine.cuda.dnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.TunedConvolution;
import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Window;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TuningKeyTest {
    private static final Window WINDOW = new Window(2, 1, 1, 1);

    private static ConvolutionProblem problem(ConvolutionProblem.Direction direction, boolean marked) {
        return new ConvolutionProblem(direction, Shape.of(2, 9, 7, 16), Shape.of(8, 3, 3, 16), Shape.of(2, 5, 4, 8),
                WINDOW, DType.F32, marked, !marked);
    }

    private static TunedConvolution tuned(TunedConvolution.Direction direction, boolean tf32) {
        return new TunedConvolution(direction, Shape.of(2, 9, 7, 16), Shape.of(8, 3, 3, 16), Shape.of(2, 5, 4, 8),
                WINDOW, DType.F32, tf32, .25);
    }

    @ParameterizedTest
    @EnumSource
    void aKeyOfTheCacheNamesItsConvolution(ConvolutionProblem.Direction direction) {
        for (boolean tf32 : List.of(false, true)) {
            for (boolean marked : List.of(false, true)) {
                assertThat(TuningKey.parse(TuningKey.of(problem(direction, marked), tf32), .25))
                        .hasValue(tuned(TunedConvolution.Direction.valueOf(direction.name()), tf32));
            }
        }
        assertThat(TuningKey.parse("FORWARD x[1,2]", 1)).isEmpty();
    }

    @Test
    void theTimesOfEarlierRunsAreRead(@TempDir Path folder) throws Exception {
        TuningCache cache = TuningCache.open(folder, "NVIDIA X", "9.19.0", 1 << 20);
        cache.put(problem(ConvolutionProblem.Direction.DATA, false).key(), "3", .25f);
        cache.save();
        Path file;
        try (var files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        Files.writeString(file, "4\t.\tbroken\n5\t0.5\tof another version\n" + Files.readString(file));
        assertThat(TuningCache.open(folder, "NVIDIA X", "9.19.0", 1 << 20).tuned())
                .containsExactly(tuned(TunedConvolution.Direction.DATA, false));
    }
}
