package io.yolofit.engine.cuda.dnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.DType;
import io.yolofit.graph.Shape;
import io.yolofit.graph.op.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TuningCacheTest {
    private static final long CAP = 32 << 20;
    private static final ConvolutionProblem FORWARD = problem(ConvolutionProblem.Direction.FORWARD, false);

    @TempDir
    private Path folder;

    private static ConvolutionProblem problem(ConvolutionProblem.Direction direction, boolean accumulate) {
        return new ConvolutionProblem(direction, Shape.of(2, 9, 7, 16), Shape.of(8, 3, 3, 16), Shape.of(2, 9, 7, 8),
                Window.of(1, 1), DType.F16, accumulate, true);
    }

    private TuningCache open(String device, String version) {
        return TuningCache.open(folder.resolve("tuning"), device, version, CAP);
    }

    @Test
    void savedEntryIsFoundAfterReopening() {
        TuningCache cache = open("NVIDIA X", "9.19.0");
        assertThat(cache.find(FORWARD.key())).isEmpty();
        cache.put(FORWARD.key(), "5", 0.0123f);
        cache.save();
        assertThat(open("NVIDIA X", "9.19.0").find(FORWARD.key())).hasValue("5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"conv3x3.8x32.1.2.1", "conv3x3.weight_gradient"})
    void namesOfOurOwnAlgorithmsAreFoundAfterReopening(String name) {
        TuningCache cache = open("NVIDIA X", "9.19.0");
        cache.put(FORWARD.key(), name, 1);
        cache.save();
        assertThat(open("NVIDIA X", "9.19.0").find(FORWARD.key())).hasValue(name);
    }

    @Test
    void entriesOfOtherDevicesVersionsAndProblemsAreNotFound() {
        TuningCache cache = open("NVIDIA X", "9.19.0");
        cache.put(FORWARD.key(), "1", 1);
        cache.save();
        assertThat(open("NVIDIA Y", "9.19.0").find(FORWARD.key())).isEmpty();
        assertThat(open("NVIDIA X", "9.20.0").find(FORWARD.key())).isEmpty();
        assertThat(Stream.of(problem(ConvolutionProblem.Direction.DATA, false),
                problem(ConvolutionProblem.Direction.DATA, true),
                problem(ConvolutionProblem.Direction.WEIGHT, false)).map(ConvolutionProblem::key).distinct())
                .hasSize(3).doesNotContain(FORWARD.key());
    }

    @Test
    void savesOfTwoProcessesAreMerged() {
        TuningCache one = open("NVIDIA X", "9.19.0");
        TuningCache other = open("NVIDIA X", "9.19.0");
        ConvolutionProblem data = problem(ConvolutionProblem.Direction.DATA, false);
        one.put(FORWARD.key(), "1", 1);
        one.save();
        other.put(data.key(), "2", 1);
        other.save();
        TuningCache both = open("NVIDIA X", "9.19.0");
        assertThat(both.find(FORWARD.key())).hasValue("1");
        assertThat(both.find(data.key())).hasValue("2");
    }

    @Test
    void malformedLinesAreIgnored() throws IOException {
        TuningCache cache = open("NVIDIA X", "9.19.0");
        cache.put(FORWARD.key(), "3", 1);
        cache.save();
        Path file;
        try (Stream<Path> files = Files.list(folder.resolve("tuning"))) {
            file = files.findFirst().orElseThrow();
        }
        String line = Files.readString(file).strip();
        for (String damaged : List.of(line.substring(2), "x" + line, line.substring(0, line.length() - 3), "\t\t",
                "")) {
            Files.writeString(file, damaged);
            assertThat(open("NVIDIA X", "9.19.0").find(FORWARD.key())).as(damaged).isEmpty();
        }
    }
}
