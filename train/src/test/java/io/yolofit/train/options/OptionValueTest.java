package io.yolofit.train.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.train.options.value.AutoBatch;
import io.yolofit.train.options.value.ImageSchedule;
import io.yolofit.train.options.value.LearningRateScaling;
import io.yolofit.train.options.value.MemoryLimit;
import io.yolofit.train.options.value.OptionValue;
import io.yolofit.train.options.value.RecomputeAmount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OptionValueTest {
    @TempDir
    Path folder;

    static Stream<Arguments> values() {
        return Stream.of(Arguments.of(kind(MemoryLimit::parse), "8GB 8GiB 512MiB 1.5g 80% 100% free FREE",
                        "8 -1GB 0GB GB 120% 0% % 1.5B"),
                Arguments.of(kind(AutoBatch::parse), "-1 auto AUTO auto:128 0.7 .5", "0 1.5 -2 auto:0 auto: auto:x 1"),
                Arguments.of(kind(RecomputeAmount::parse), "off default max MAX 0 1 0.25", "1.1 -0.1 on maximum"),
                Arguments.of(kind(ImageSchedule::parse), "320:60,640:40 64:1 320:1,320:2 320:60:32,640:40:8",
                        "320 320:0 16:3 320:60, 320:60;640:40 :3 320:1:0"),
                Arguments.of(kind(LearningRateScaling::parse), "linear Linear", "square true none"));
    }

    private static Function<String, Optional<? extends OptionValue>> kind(
            Function<String, Optional<? extends OptionValue>> parser) {
        return parser;
    }

    @ParameterizedTest
    @MethodSource("values")
    void valuesAreReadBackFromTheirText(Function<String, Optional<? extends OptionValue>> parser, String allowed,
            String refused) {
        for (String text : allowed.split(" ")) {
            OptionValue value = parser.apply(text).orElseThrow(() -> new AssertionError(text));
            assertThat(parser.apply(value.text())).as(text).hasValueSatisfying(read ->
                    assertThat(read).isEqualTo(value));
        }
        for (String text : refused.split(" ")) {
            assertThat(parser.apply(text)).as(text).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"8GB, 8000000000", "8 GiB, 8589934592", "512MiB, 536870912", "1.5g, 1500000000", "300 mb, 300000000"})
    void sizesAreBytes(String text, long bytes) {
        assertThat(MemoryLimit.parse(text)).hasValueSatisfying(limit ->
                assertThat(((MemoryLimit.Amount) limit).bytes()).isEqualTo(bytes));
    }

    private static Options parse(String... words) {
        return OptionsParser.parse(Mode.TRAIN, Stream.concat(Stream.of("model=yolov8n", "data=x.yaml"),
                Stream.of(words)).toList());
    }

    @Test
    void aBatchSizeAndTheRequestToChooseOneReplaceEachOther() {
        assertThat(parse("batch=-1").find(OptionTable.AUTO_BATCH)).isPresent();
        assertThat(parse("batch=auto:128").get(OptionTable.AUTO_BATCH).most()).hasValue(128);
        assertThat(parse("batch=0.7").get(OptionTable.AUTO_BATCH).memory()).hasValue(.7);
        assertThat(parse("batch=-1", "batch=8").find(OptionTable.AUTO_BATCH)).isEmpty();
        assertThat(parse("batch=8").get(OptionTable.BATCH)).isEqualTo(8);
        assertThat(parse("imgsz=320:60,640:40").get(OptionTable.IMGSZ_SCHEDULE).phaseAt(60)).isEqualTo(1);
        assertThatThrownBy(() -> parse("batch=1.5")).isInstanceOf(OptionsException.class)
                .hasMessageContaining("an integer, 1 to 65536, or -1, auto, auto:<largest>, or a share");
        assertThatThrownBy(() -> OptionsParser.parse(Mode.VAL, List.of("model=x.pt", "batch=-1")))
                .isInstanceOf(OptionsException.class);
    }

    @Test
    void theCommandLineOverridesARequestOfAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("args.yaml"), "batch: -1\n");
        assertThat(parse("cfg=" + file).find(OptionTable.AUTO_BATCH)).isPresent();
        assertThat(parse("cfg=" + file, "batch=8").find(OptionTable.AUTO_BATCH)).isEmpty();
    }

    @Test
    void everyEpochBelongsToAPhaseOfAnImageSchedule() {
        ImageSchedule schedule = ImageSchedule.parse("320:2,640:1:8").orElseThrow();
        assertThat(schedule.epochs()).isEqualTo(3);
        assertThat(schedule.phases().getLast().batch()).hasValue(8);
        assertThat(Stream.of(0, 1, 2, 9).map(schedule::phaseAt)).containsExactly(0, 0, 1, 1);
    }
}
