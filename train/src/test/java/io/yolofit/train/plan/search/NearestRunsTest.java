package io.yolofit.train.plan.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestRunsTest {
    @ParameterizedTest
    @CsvSource({"yolov8x, yolov8l yolov8m yolov8s yolov8n", "yolov8s-p2, yolov8n-p2",
            "yolov9e, yolov9c yolov9m yolov9s yolov9t", "yolov9-e, yolov9-c yolov9-m yolov9-s yolov9-t",
            "yolov10l, yolov10b yolov10m yolov10s yolov10n", "yolo26m, yolo26s yolo26n"})
    void smallerScalesAreOfTheSameFamily(String name, String smaller) {
        assertThat(NearestRuns.smallerScales(name)).isEqualTo(List.of(smaller.split(" ")));
    }
}
