package io.yolofit.train.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.train.options.OptionType.ChoiceType;
import io.yolofit.train.options.OptionType.DeviceType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceChoiceTest {
    private static final DeviceType TYPE = new DeviceType();

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', textBlock = """
            auto      | auto
            CPU       | cpu
            0         | 0
            cuda:1    | 1
            cuda      | 0
            cuda:0,cuda:1 | 0,1
            -1        | auto
            0,1       | 0,1
            [2, 0]    | 2,0
            """)
    void everySpellingOfADeviceIsAccepted(String text, String shown) {
        assertThat(TYPE.parse(text).map(Object::toString)).contains(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "-2", "0,0", "0,", "[]", "1.5", "cuda:"})
    void invalidDevicesAreRefused(String text) {
        assertThat(TYPE.parse(text)).isEmpty();
    }

    @Test
    void aDeviceWrittenToAFileReadsBack() {
        for (DeviceChoice choice : List.of(DeviceChoice.AUTO, DeviceChoice.CPU, DeviceChoice.gpu(3),
                new DeviceChoice.Gpus(List.of(1, 0)))) {
            assertThat(TYPE.parse(OptionTable.DEVICE.text(choice))).contains(choice);
        }
        assertThat(TYPE.plain(DeviceChoice.gpu(3))).isEqualTo(3);
    }

    @Test
    void mixedPrecisionIsASwitchOrAType() {
        var type = new ChoiceType<>(List.of(AmpChoice.values()), Optional.of(AmpChoice.TRUE));
        assertThat(type.parse("True")).contains(AmpChoice.TRUE);
        assertThat(type.parse("0")).contains(AmpChoice.FALSE);
        assertThat(type.parse("bf16")).contains(AmpChoice.BF16);
        assertThat(type.parse("auto")).contains(AmpChoice.AUTO);
        assertThat(type.parse("fp8")).isEmpty();
        assertThat(type.whenBare()).contains(AmpChoice.TRUE);
        assertThat(type.plain(AmpChoice.TRUE)).isEqualTo(true);
        assertThat(type.plain(AmpChoice.FALSE)).isEqualTo(false);
        assertThat(type.plain(AmpChoice.FP16)).isEqualTo("fp16");
        assertThat(type.expected()).isEqualTo("false|true|fp16|bf16|auto");
    }
}
