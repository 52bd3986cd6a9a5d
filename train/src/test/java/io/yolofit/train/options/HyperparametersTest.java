package io.yolofit.train.options;

import static io.yolofit.train.options.OptionTable.BOX;
import static io.yolofit.train.options.OptionTable.CLOSE_MOSAIC;
import static io.yolofit.train.options.OptionTable.CLS;
import static io.yolofit.train.options.OptionTable.COPY_PASTE;
import static io.yolofit.train.options.OptionTable.DFL;
import static io.yolofit.train.options.OptionTable.LR0;
import static io.yolofit.train.options.OptionTable.MIXUP;
import static io.yolofit.train.options.OptionTable.SCALE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `hyp=` and other names of options.
class HyperparametersTest {
    @TempDir
    private Path folder;

    private static Options parse(String... words) {
        var all = new ArrayList<>(List.of(words));
        all.addAll(List.of("model=m", "data=d"));
        return OptionsParser.parse(Mode.TRAIN, all);
    }

    @ParameterizedTest
    @CsvSource({"scratch-low, .5, 0, 0, 10", "scratch-med, .9, .1, 0, 10", "hyp.scratch-high.yaml, .9, .15, .3, 15",
        "data/hyps/hyp.scratch-high.yaml, .9, .15, .3, 15"})
    void presetsAreKnownByTheNamesOfTheirFiles(String name, double scale, double mixup, double paste, int close) {
        Options options = parse("hyp=" + name);
        assertThat(options.get(SCALE)).isEqualTo(scale);
        assertThat(options.get(MIXUP)).isEqualTo(mixup);
        assertThat(options.get(COPY_PASTE)).isEqualTo(paste);
        assertThat(options.get(CLOSE_MOSAIC)).isEqualTo(close);
    }

    @Test
    void theCommandLineOverridesHyperparametersAndTheyOverrideTheCfgFile() throws IOException {
        Path cfg = Files.writeString(folder.resolve("args.yaml"), "mixup: 0.5\nscale: 0.2\nbatch: 4\n");
        Options options = parse("cfg=" + cfg, "hyp=scratch-high", "mixup=0.05");
        assertThat(options.get(MIXUP)).isEqualTo(.05);
        assertThat(options.get(SCALE)).isEqualTo(.9);
        assertThat(options.get(OptionTable.BATCH)).isEqualTo(4);
    }

    @Test
    void otherKeysOfAFileAreNamedAndIgnored() throws IOException {
        Path file = Files.writeString(folder.resolve("hyp.yaml"),
                "lr0: 0.02\nbox: 7.0\ndfl: 1.4\nobj: 0.7\nanchor_t: 5.0\nfl_gamma: 0.0\nmosaic9: 0.1\nbatch: 3\n");
        Options options = parse("hyp=" + file);
        assertThat(options.get(LR0)).isEqualTo(.02);
        assertThat(options.get(BOX)).isEqualTo(7);
        assertThat(options.get(DFL)).isEqualTo(1.4);
        assertThat(options.get(OptionTable.BATCH)).isEqualTo(16);
        assertThat(options.notes()).containsExactly(file
                + ": ignored, no hyperparameters here: obj=0.7, anchor_t=5.0, mosaic9=0.1, batch=3");
    }

    @Test
    void gainsOfAnAnchorBasedLossAreIgnored() throws IOException {
        Path file = Files.writeString(folder.resolve("hyp.yaml"), "box: 0.05\ncls: 0.3\nobj: 1.0\nscale: 0.4\n");
        Options options = parse("hyp=" + file);
        assertThat(options.get(BOX)).isEqualTo(7.5);
        assertThat(options.get(CLS)).isEqualTo(.5);
        assertThat(options.get(SCALE)).isEqualTo(.4);
        assertThat(options.notes()).contains(file
                + ": ignored, gains of an anchor-based loss (the file has obj and no dfl): box=0.05, cls=0.3");
    }

    @Test
    void aMissingFileAndAWrongValueAreErrors() throws IOException {
        assertThatThrownBy(() -> parse("hyp=no.yaml")).hasMessageContaining("hyp=no.yaml").hasMessageContaining(
                "no such file");
        Path file = Files.writeString(folder.resolve("hyp.yaml"), "lr0: fast\n");
        assertThatThrownBy(() -> parse("hyp=" + file)).hasMessageContaining("hyp.yaml:1 lr0: fast");
    }

    @Test
    void aCommandWithOtherNamesIsRestated() {
        Options options = parse("--img", "320", "--batch-size=8", "--close-mosaic", "15", "--min-items", "0");
        assertThat(options.notes()).containsExactly("the same command in this program's names: yolofit train imgsz=320"
                + " batch=8 close_mosaic=15 model=m data=d");
        assertThat(parse("imgsz=320").notes()).isEmpty();
        assertThatThrownBy(() -> parse("min_items=2"))
                .hasMessageContaining("only its default is accepted, min_items=0");
    }
}
