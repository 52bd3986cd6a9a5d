package io.yolofit.app.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({"0,0 B", "1023,1023 B", "1024,1.00 KiB", "12345678,11.8 MiB", "3449055887,3.21 GiB",
        "1099511627776000,1000.0 TiB"})
    void bytesHaveABinaryUnit(long bytes, String text) {
        assertThat(Units.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0.0 s", "840,0.8 s", "9999,10.0 s", "42000,42 s", "59600,1:00", "187000,3:07", "3723000,1:02:03",
        "86400000,1 d 00:00", "176520000,2 d 01:02"})
    void durationsGrowWithTheirUnits(long millis, String text) {
        assertThat(Units.duration(Duration.ofMillis(millis))).isEqualTo(text);
    }

    @Test
    void countsRatesAndPercentagesAreLocaleIndependent() {
        assertThat(Units.count(3_151_904)).isEqualTo("3,151,904");
        assertThat(Units.rate(412.4, "img")).isEqualTo("412 img/s");
        assertThat(Units.rate(3.44, "img")).isEqualTo("3.4 img/s");
        assertThat(Units.percent(0.0421)).isEqualTo("4.2 %");
    }
}
