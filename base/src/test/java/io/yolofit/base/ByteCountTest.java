package io.yolofit.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteCountTest {
    @ParameterizedTest
    @CsvSource({"1023,1023 B,1023 B", "1024,1.00 KiB,1.00 KiB", "1025,1.00 KiB,1.01 KiB",
            "1687165440,1.57 GiB,1.58 GiB", "12345678,11.8 MiB,11.8 MiB", "12373197,11.8 MiB,11.9 MiB"})
    void boundsAreRoundedUp(long bytes, String text, String most) {
        assertThat(ByteCount.text(bytes)).isEqualTo(text);
        assertThat(ByteCount.atMost(bytes)).isEqualTo(most);
    }
}
