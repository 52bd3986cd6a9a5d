package io.yolofit.app.device;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.IMGSZ;
import static io.yolofit.train.options.OptionTable.RECOMPUTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.OutOfDeviceMemoryException;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.train.options.RecomputeChoice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FittingRunsTest {
    private static final long MIB = 1L << 20;
    private static final Options TYPED = OptionsParser.parse(Mode.TRAIN, List.of("model=yolov8s", "data=my cells.yaml",
            "batch=64", "freeze=2"));

    /// 100 MiB of state plus 1 MiB per image at 640 pixels; 0.7 MiB with maximum recomputation.
    private static long bytes(Options run) {
        double pixels = run.get(IMGSZ) * run.get(IMGSZ) / (640.0 * 640);
        return 100 * MIB + Math.round(run.get(BATCH) * pixels * MIB
                * (run.get(RECOMPUTE) == RecomputeChoice.MAX ? .7 : 1));
    }

    private static List<String> lines(long free, Options options) {
        return new FittingRuns(TYPED, options, 32, FittingRunsTest::bytes, free).lines();
    }

    private static String commands(long free) {
        return String.join("\n", lines(free, TYPED));
    }

    @Test
    void recomputationASmallerBatchAndSmallerImagesAreSuggested() {
        assertThat(commands(150 * MIB).lines().map(String::strip)).containsExactly(
                "yolofit train model=yolov8s data='my cells.yaml' batch=64 freeze='[0, 1]' recompute=max",
                "144.8 MiB; the same run, slower",
                "yolofit train model=yolov8s data='my cells.yaml' freeze='[0, 1]' batch=50",
                "150.0 MiB; one update per batch, 50 images",
                "yolofit train model=yolov8s data='my cells.yaml' batch=64 freeze='[0, 1]' imgsz=544",
                "146.2 MiB; smaller images: small objects are harder to detect");
    }

    @Test
    void recomputationIsCombinedWithASmallerBatchIfNeeded() {
        assertThat(commands(120 * MIB)).contains("batch=20\n", "batch=28 recompute=max\n",
                "one update per 3 batches, 60 images", "one update per 2 batches, 56 images, slower")
                .doesNotContain("batch=64 recompute=max");
    }

    @Test
    void maximumRecomputationIsNotSuggestedTwice() {
        assertThat(lines(120 * MIB, TYPED.with(RECOMPUTE, RecomputeChoice.MAX))).hasSize(2)
                .allMatch(line -> line.contains("batch=28") || line.contains("imgsz="));
    }

    @Test
    void everySuggestedCommandFits() {
        for (long free = 101 * MIB; free < 160 * MIB; free += 7 * MIB) {
            for (String line : lines(free, TYPED)) {
                List<String> words = List.of(line.strip().split("\n")[0].replace("my cells", "cells")
                        .replace("'", "").replace("[0, 1]", "2").split(" "));
                Options run = OptionsParser.parse(Mode.TRAIN, words.subList(2, words.size()));
                assertThat(bytes(run)).as(line).isLessThanOrEqualTo(free);
            }
        }
    }

    @Test
    void theMessageReportsIfNothingFits() {
        var full = new OutOfDeviceMemoryException("NVIDIA X (device 0)", 164 * MIB, 99 * MIB, 8000 * MIB,
                "process 7 (7000 MiB)");
        assertThat(FittingRuns.message(full, TYPED, TYPED, 32, FittingRunsTest::bytes)).isEqualTo("""
                the run needs 164.0 MiB, but NVIDIA X (device 0) has 99.0 MiB free of 8000.0 MiB; the rest is held by \
                process 7 (7000 MiB)
                No batch size, image size or recompute= makes it fit: free some memory, or use a smaller model""");
    }

    @Test
    void theSearchNeedsFewPlans() {
        List<Integer> asked = new ArrayList<>();
        int found = FittingRuns.largest(1, 4096, number -> {
            asked.add(number);
            return 500 + 3L * number;
        }, 7777);
        assertThat(found).isEqualTo((7777 - 500) / 3);
        assertThat(asked.stream().distinct()).hasSizeLessThanOrEqualTo(5);
        assertThat(FittingRuns.largest(1, 0, number -> 0, 1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 9, 10})
    void theLargestFittingNumberIsFound(int limit) {
        assertThat(FittingRuns.largest(1, 10, number -> 100L * number, 100L * limit + 99)).isEqualTo(limit);
        assertThat(FittingRuns.largest(1, 10, number -> (long) number * number * number, (long) limit * limit * limit))
                .isEqualTo(limit);
    }
}
