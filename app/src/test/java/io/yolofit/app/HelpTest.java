package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.train.options.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HelpTest {
    private static final Path FROZEN = Path.of("src/test/resources/io/yolofit/app/help.txt");
    private static final int WIDTH = 100;

    /// The help is part of the interface: the golden file changes only on purpose (`-Dgolden.update=true`).
    @Test
    void theHelpIsFrozen() throws IOException {
        String help = HelpText.overview(Main.commands().modes()) + "\n\n" + Arrays.stream(Mode.values())
                .map(mode -> HelpText.of(mode, WIDTH)).collect(Collectors.joining("\n\n")) + "\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(FROZEN.getParent());
            Files.writeString(FROZEN, help);
        }
        try (var stream = HelpTest.class.getResourceAsStream("help.txt")) {
            assertThat(stream).as("help.txt on the class path").isNotNull();
            assertThat(help).isEqualTo(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
