package io.yolofit.api.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SixDigitsTest {
    /// The right column is what `%.6g` gives in C and Python.
    @ParameterizedTest
    @CsvSource({"0,0", "-0.0,0", "1,1", "100,100", "5.514621,5.51462", "101.8654,101.865", "0.00017148,0.00017148",
        "0.0001234567,0.000123457", "5e-5,5e-05", "0.00001234567,1.23457e-05", "123456.4,123456", "999999.5,1e+06",
        "1234567,1.23457e+06", "1e100,1e+100", "-2.5,-2.5", "0.1,0.1", "1e-300,1e-300", "NaN,nan", "Infinity,inf",
        "-Infinity,-inf", "99999.95,99999.9", "3.40282347e38,3.40282e+38"})
    void numbersAreWrittenWithSixSignificantDigits(double value, String text) {
        assertThat(SixDigits.text(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"nan", "inf", "-inf", "5e-05", "0.000123457", "1e+06"})
    void textSurvivesParsingAndFormatting(String text) {
        assertThat(SixDigits.text(SixDigits.parse(text))).isEqualTo(text);
    }
}
