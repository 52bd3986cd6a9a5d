package io.yolofit.train.options;

import static io.yolofit.train.options.OptionTable.BATCH;
import static io.yolofit.train.options.OptionTable.DATA;
import static io.yolofit.train.options.OptionTable.EPOCHS;
import static io.yolofit.train.options.OptionTable.FREEZE;
import static io.yolofit.train.options.OptionTable.HALF;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.MODEL;
import static io.yolofit.train.options.OptionTable.NAME;
import static io.yolofit.train.options.OptionTable.PROJECT;
import static io.yolofit.train.options.OptionTable.RESUME;
import static io.yolofit.train.options.OptionTable.TIME;
import static io.yolofit.train.options.OptionTable.WEIGHT_DECAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void aValueSetByTheProgramIsCheckedAndDoesNotChangeTheOriginal() {
        Options defaults = Options.defaults(Mode.TRAIN);
        Options changed = defaults.with(EPOCHS, 3);
        assertThat(changed.get(EPOCHS)).isEqualTo(3);
        assertThat(defaults.get(EPOCHS)).isEqualTo(100);
        assertThat(changed.origin(EPOCHS)).isEqualTo(Origin.PROGRAM);
        assertThatThrownBy(() -> defaults.with(EPOCHS, 0))
                .hasMessage("option epochs is set to 0, expected an integer, 1 or more");
    }

    @Test
    void anOptionWithoutAValueOrOfAnotherModeIsRefused() {
        Options defaults = Options.defaults(Mode.TRAIN);
        assertThat(defaults.find(MODEL)).isEmpty();
        assertThatThrownBy(() -> defaults.get(MODEL)).isInstanceOf(NoSuchElementException.class)
                .hasMessage("option model has no value");
        assertThatThrownBy(() -> defaults.get(HALF)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("option half belongs to val, predict, export, not to train");
    }

    @Test
    void theYamlReadsBackToTheSameValues() {
        Options options = Options.defaults(Mode.TRAIN).with(MODEL, "yolov8n.yaml").with(DATA, "it's: here #1.yaml")
                .with(FREEZE, List.of(0, 2)).with(WEIGHT_DECAY, 5e-4).with(LR0, 1e-5)
                .with(RESUME, Toggle.path("true-ish")).with(NAME, "007");
        String yaml = options.toYaml();
        assertThat(yaml).startsWith("task: detect\nmode: train\nmodel: yolov8n.yaml\ndata: 'it''s: here #1.yaml'\n")
                .contains("weight_decay: 0.0005\n", "lr0: 0.00001\n", "name: '007'\n", "freeze: [0, 2]\n",
                        "cache: false\n", "time: null\n", "optimizer: auto\n", "mosaic: 1.0\n")
                .doesNotContain("cfg:");
        Options read = OptionsParser.fromYaml(Mode.TRAIN, yaml, "args.yaml");
        assertThat(read.toMap()).isEqualTo(options.toMap());
        assertThat(read.notes()).isEmpty();
    }

    @Test
    void anyTextSurvivesTheYaml() {
        String repeated = System.getProperty("test.seed", "");
        long seed = repeated.isEmpty() ? 0x1f3aL : Long.parseUnsignedLong(repeated, 16);
        var random = new Random(seed);
        String letters = "ab:#'\"-[]{}&*!|>%@`, .~09\\eé?=";
        for (int round = 0; round < 500; round++) {
            var text = new StringBuilder();
            int length = 1 + random.nextInt(12);
            for (int at = 0; at < length; at++) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            String value = text.toString().strip();
            if (value.isEmpty() || value.equals("~")) {
                continue;
            }
            Options written = Options.defaults(Mode.TRAIN).with(PROJECT, value);
            assertThat(OptionsParser.fromYaml(Mode.TRAIN, written.toYaml(), "a.yaml").get(PROJECT))
                    .as("seed %x, round %d", seed, round).isEqualTo(value);
        }
    }

    @Test
    void reasonsAreCommentsInTheYamlAndLinesForTheUser() {
        Options options = Options.defaults(Mode.TRAIN).with(LR0, 0.002, "optimizer=auto:\n1 class")
                .explained(BATCH, "8 images # in all").with(EPOCHS, 3);

        String yaml = options.toYaml();

        assertThat(yaml).contains("lr0: 0.002 # optimizer=auto: 1 class\n", "batch: 16 # 8 images # in all\n",
                "epochs: 3\n");
        assertThat(options.explanations()).containsExactly("batch=16 (8 images # in all)",
                "lr0=0.002 (optimizer=auto:\n1 class)");
        assertThat(options.origin(BATCH)).isEqualTo(Origin.DEFAULT);
        Options read = OptionsParser.fromYaml(Mode.TRAIN, yaml, "args.yaml");
        assertThat(read.toMap()).isEqualTo(options.toMap());
    }

    @Test
    void aDefaultInAFileOfAllOptionsIsNotAChoice() {
        Options all = OptionsParser.fromYaml(Mode.TRAIN, Options.defaults(Mode.TRAIN).with(EPOCHS, 3).toYaml(), "a");
        assertThat(all.isChosen(LR0)).isFalse();
        assertThat(all.isChosen(EPOCHS)).isTrue();

        Options few = OptionsParser.fromYaml(Mode.TRAIN, "lr0: 0.01\n", "b");
        assertThat(few.isChosen(LR0)).isTrue();
        assertThat(few.isChosen(EPOCHS)).isFalse();

        Options typed = OptionsParser.parse(Mode.TRAIN, List.of("lr0=0.01"));
        assertThat(typed.isChosen(LR0)).isTrue();
    }

    @Test
    void givenOptionsOverrideThoseOfAnEarlierRun() {
        Options earlier = OptionsParser.fromYaml(Mode.TRAIN, "epochs: 7\nbatch: 2\ntime: 3\n", "args.yaml");
        Options now = OptionsParser.parse(Mode.TRAIN, List.of("resume=true", "epochs=9", "time=none")).over(earlier);
        assertThat(now.get(EPOCHS)).isEqualTo(9);
        assertThat(now.get(BATCH)).isEqualTo(2);
        assertThat(now.find(TIME)).isEmpty();
        assertThat(now.get(LR0)).isEqualTo(0.01);
    }
}
