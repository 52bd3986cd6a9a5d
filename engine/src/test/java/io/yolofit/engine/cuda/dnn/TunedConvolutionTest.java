package io.yolofit.engine.cuda.dnn;

import static org.assertj.core.api.Assertions.assertThat;

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

class TunedConvolutionTest {
    private static ConvolutionProblem problem(ConvolutionProblem.Direction direction, boolean marked) {
        return new ConvolutionProblem(direction, Shape.of(2, 9, 7, 16), Shape.of(8, 3, 3, 16), Shape.of(2, 5, 4, 8),
                new Window(2, 1, 1, 1), DType.F32, marked, !marked);
    }

    @ParameterizedTest
    @EnumSource
    void aKeyOfTheCacheNamesItsProblem(ConvolutionProblem.Direction direction) {
        for (boolean marked : List.of(false, true)) {
            ConvolutionProblem problem = problem(direction, marked);
            assertThat(TunedConvolution.parse(problem.key(), 1.5)).hasValue(new TunedConvolution(problem, false, 1.5));
            assertThat(TunedConvolution.parse(problem.key() + TunedConvolution.TF32, 1.5))
                    .hasValue(new TunedConvolution(problem, true, 1.5));
        }
        assertThat(TunedConvolution.parse("FORWARD x[1,2]", 1)).isEmpty();
    }

    @Test
    void theTimesOfEarlierRunsAreRead(@TempDir Path folder) throws Exception {
        ConvolutionProblem problem = problem(ConvolutionProblem.Direction.DATA, false);
        TuningCache cache = TuningCache.open(folder, "NVIDIA X", "9.19.0", 1 << 20);
        cache.put(problem.key(), "3", .25f);
        cache.save();
        Path file;
        try (var files = Files.list(folder)) {
            file = files.findFirst().orElseThrow();
        }
        Files.writeString(file, "4\t.\tbroken\n5\t0.5\tof another version\n" + Files.readString(file));
        assertThat(TuningCache.open(folder, "NVIDIA X", "9.19.0", 1 << 20).tuned())
                .containsExactly(new TunedConvolution(problem, false, .25));
    }
}
