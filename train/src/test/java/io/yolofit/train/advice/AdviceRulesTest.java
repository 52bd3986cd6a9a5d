package io.yolofit.train.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionsParser;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AdviceRulesTest {
    /// One card under 16 GB, 24 GB and more, several cards, embedded, none.
    @ParameterizedTest
    @CsvSource({
            "SMALL,   500,    20,  0.1, yolov8s, 640,  ram",
            "SMALL,   50000,  10,  2,   yolov8s, 960,  disk",
            "MEDIUM,  5000,   20,  0.5, yolov8m, 640,  disk",
            "LARGE,   5000,   6,   0.1, yolov8m, 1280, ram",
            "LARGE,   118000, 20,  3,   yolov8l, 640,  disk",
            "SEVERAL, 118000, 20,  3,   yolov8x, 640,  disk",
            "EDGE,    5000,   6,   0.1, yolov8n, 960,  ram",
            "EDGE,    5000,   80,  0.1, yolov8n, 320,  ram",
            "CPU,     500,    20,  0.1, yolov8n, 640,  ram"})
    void theFirstRuleThatHoldsIsTaken(Hardware hardware, int images, double objects, double cache, String model,
            String size, String kind) {
        List<Rule> rules = AdviceRules.of(new Situation(hardware, images, objects, cache));
        assertThat(AdviceRules.option(rules, "model")).isEqualTo(model);
        assertThat(AdviceRules.option(rules, "imgsz")).isEqualTo(size);
        assertThat(AdviceRules.option(rules, "cache")).isEqualTo(kind);
    }

    /// Whatever the data, no topic is left without advice.
    @ParameterizedTest
    @EnumSource(Hardware.class)
    void everyTopicHasARuleForEverySituation(Hardware hardware) {
        List<String> topics = AdviceRules.all().stream().map(Rule::topic).distinct().toList();
        for (int images : new int[] {1, 1000, 10_000, 20_000, 1_000_000}) {
            for (double objects : new double[] {Double.NaN, 0, 8, 14, 56, 640}) {
                for (double cache : new double[] {0, .4, 8, 1000}) {
                    assertThat(AdviceRules.of(new Situation(hardware, images, objects, cache)).stream()
                            .map(Rule::topic)).containsExactlyElementsOf(topics);
                }
            }
        }
    }

    @Test
    void everyRuleHasAReasonAndSetsOnlyOptionsOfTraining() {
        for (Rule rule : AdviceRules.all()) {
            assertThat(rule.text()).isNotBlank();
            assertThat(rule.reason()).isNotBlank();
            List<String> words = new ArrayList<>(List.of("data=a.yaml", "model=yolov8n"));
            rule.options().forEach((name, value) -> words.add(name + "=" + value));
            OptionsParser.parse(Mode.TRAIN, words.reversed().stream().distinct().toList());
            if (rule.options().containsKey("model")) {
                assertThat(ArchitectureCatalog.names()).contains(rule.options().get("model"));
            }
        }
    }

    @Test
    void nominalSizesOfCardsHaveTheirClasses() {
        assertThat(Hardware.ofGpus(1, 12L << 30)).isEqualTo(Hardware.SMALL);
        assertThat(Hardware.ofGpus(1, 15_360L << 20)).isEqualTo(Hardware.MEDIUM); // a T4 of 16 GB
        assertThat(Hardware.ofGpus(1, 24_564L << 20)).isEqualTo(Hardware.LARGE);
        assertThat(Hardware.ofGpus(2, 8L << 30)).isEqualTo(Hardware.SEVERAL);
    }

    @Test
    void theSideOfAnObjectIsMeasuredInTheLetterboxedImage() {
        List<Label> labels = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            labels.add(new Label(0, .5f, .5f, i * .01f, i * .01f, null));
        }
        var image = new LabeledImage(Path.of("a.jpg"), 1280, 320, labels);
        // 1280 x 320 becomes 640 x 160: the object of 1 % is 6.4 x 1.6 px
        assertThat(ObjectSizes.side(List.of(image), 0, 640)).isCloseTo(3.2, offset(.01));
        assertThat(ObjectSizes.side(List.of(image), .1, 640)).isCloseTo(6.4, offset(.01));
        assertThat(ObjectSizes.side(List.of(), .1, 640)).isNaN();
    }
}
