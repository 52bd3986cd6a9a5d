package io.yolofit.train.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.train.options.value.SplitRatio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitRatioTest {
    @Test
    void twoOrThreeSharesAreFractionsOrPercent() {
        assertThat(SplitRatio.parse("0.8,0.2").orElseThrow().test()).isZero();
        assertThat(SplitRatio.parse("70, 20, 10")).isEqualTo(SplitRatio.parse("0.7,0.2,0.1"));
        SplitRatio ratio = SplitRatio.parse("[.8,.1,.1]").orElseThrow();
        assertThat(ratio.train()).isEqualTo(0.8);
        assertThat(SplitRatio.parse(ratio.text())).contains(ratio);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.8", "0.8,0.1", "1,0", "0,1", "0.8,-0.2,0.4", "a,b", "", "0.4,0.2,0.2,0.2", "0.8;0.2"})
    void otherTextsAreNoShares(String text) {
        assertThat(SplitRatio.parse(text)).isEmpty();
    }
}
