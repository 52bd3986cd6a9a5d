package io.yolofit.app.planning;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.train.options.Mode;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.Options;
import io.yolofit.train.options.OptionsParser;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandLineTest {
    private static String command(Mode mode, String... words) {
        Options typed = OptionsParser.parse(mode, List.of(words));
        return CommandLine.of(typed, typed.with(OptionTable.BATCH, 4), Set.of(OptionTable.BATCH));
    }

    @Test
    void listsOfNumbersArePrintedAsTyped() {
        assertThat(command(Mode.PLAN, "model=yolov8n", "ranks=1,2,3")).contains(" ranks=1,2,3");
        assertThat(command(Mode.PLAN, "model=yolov8n", "ranks=2")).contains(" ranks=2");
        assertThat(command(Mode.TRAIN, "model=yolov8n", "data=x.yaml", "freeze=[5]")).contains(" freeze='[5]'");
        assertThat(command(Mode.TRAIN, "model=yolov8n", "data=x.yaml", "freeze=[1, 5]")).contains(" freeze=1,5");
    }
}
