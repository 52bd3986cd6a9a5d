package io.yolofit.app;

import io.yolofit.testkit.Golden;
import io.yolofit.train.options.Mode;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HelpTest {
    private static final int WIDTH = 100;

    /// The help is part of the interface: the golden file changes only on purpose (`-Dgolden.update=true`).
    @Test
    void theHelpIsFrozen() {
        String help = HelpText.overview(Main.commands().modes()) + "\n\n" + Arrays.stream(Mode.values())
                .map(mode -> HelpText.of(mode, WIDTH)).collect(Collectors.joining("\n\n")) + "\n";
        Golden.check("help.txt", help);
    }
}
