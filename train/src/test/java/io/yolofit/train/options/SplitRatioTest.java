package io.yolofit.train.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.train.options.value.SplitRatio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitRatioTest {
    @Test
    void twoOrThreeSharesAreFractionsOrPercent() {
        assertThat(SplitRatio.parse("0.8,0.2").orElseThrow().test()).isZero();
        assertThat(SplitRatio.parse("70, 20, 10")).isEqualTo(SplitRatio.parse("0.7,0.2,0.1"));
        SplitRatio ratio = SplitRatio.parse("[.8,.1,.1]").orElseThrow();
        assertThat(ratio.train()).isEqualTo(0.8);
        assertThat(SplitRatio.parse(ratio.text())).contains(ratio);
        assertThat(SplitRatio.refusal(ratio.text())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.8", "0.8,0.1", "1,0", "0,1", "0.8,-0.2,0.4", "a,b", "", "0.4,0.2,0.2,0.2", "0.8;0.2"})
    void otherTextsAreNoShares(String text) {
        assertThat(SplitRatio.parse(text)).isEmpty();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            0.5,0.2 | the shares sum to 0.7, but expected is 1 or 100; give 0.5,0.5 or, with a test split, 0.5,0.2,0.3
            70,20   | the shares sum to 90, but expected is 1 or 100; give 70,30 or, with a test split, 70,20,10
            .8,.3   | the shares sum to 1.1, but expected is 1 or 100; give 0.8,0.2, for instance
            1       | 1 share; expected two or three: train,val or train,val,test, such as 0.8,0.2
            0,1     | the shares of train and val have to be above 0, such as 0.8,0.2
            """)
    void aRefusedListOfNumbersHasItsReason(String text, String reason) {
        assertThat(SplitRatio.parse(text)).isEmpty();
        assertThat(SplitRatio.refusal(text)).contains(reason);
        assertThat(SplitRatio.refusal("most")).isEmpty();
    }
}
