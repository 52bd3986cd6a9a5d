package io.yolofit.train.options.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageAddressTest {
    @ParameterizedTest
    @ValueSource(strings = {"true", "false", "8080", "0.0.0.0", "0.0.0.0:9000", "machine.example:80", "[::1]:8080"})
    void theTextOfAnAddressParsesBackToIt(String text) {
        PageAddress address = PageAddress.parse(text).orElseThrow();
        assertThat(address.text()).isEqualTo(text);
        assertThat(PageAddress.parse(String.valueOf(address.plain()))).contains(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65536", "host:", "host:0", "a b", "::1", "http://host", "host/path", ""})
    void otherTextsAreRefused(String text) {
        assertThat(PageAddress.parse(text)).isEqualTo(Optional.empty());
    }
}
