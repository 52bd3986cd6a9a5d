package io.yolofit.train.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.base.DidYouMean;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Suggestions for mistyped options.
class MistypedOptionTest {
    private static final List<String> NAMES = OptionTable.all().stream().map(Option::name).distinct().toList();

    @ParameterizedTest
    @CsvSource({"epoch,epochs", "imgz,imgsz", "bacth,batch", "Warmup-Epochs,warmup_epochs", "batch_size,batch",
        "lr,lr0|lrf", "warmup,warmup_epochs|warmup_momentum|warmup_bias_lr", "optimizer,optimizer",
        "closemosaic,close_mosaic", "xyzzy,''", "nc,''"})
    void suggestsTheNearestOption(String typed, String expected) {
        List<String> names = expected.isEmpty() ? List.of() : Arrays.asList(expected.split("\\|"));
        assertThat(DidYouMean.to(typed, NAMES)).isEqualTo(names);
    }

    @Test
    void aSuggestionIsMadeOnlyIfThereIsACandidate() {
        assertThat(DidYouMean.question("epoch", NAMES)).isEqualTo("; did you mean epochs?");
        assertThat(DidYouMean.question("", NAMES)).isEmpty();
    }
}
