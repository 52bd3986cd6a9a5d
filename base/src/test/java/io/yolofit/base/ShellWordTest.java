package io.yolofit.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ShellWordTest {
    @Test
    void wordsAreQuotedWhereAShellWouldChangeThem() {
        assertThat(ShellWord.of(Path.of("/runs/detect/train2/weights/last.safetensors")))
                .isEqualTo("/runs/detect/train2/weights/last.safetensors");
        assertThat(ShellWord.of("resume=Läufe/a")).isEqualTo("resume=Läufe/a");
        assertThat(ShellWord.of("resume=Läufe mit Leer/a")).isEqualTo("'resume=Läufe mit Leer/a'");
        assertThat(ShellWord.of("it's $HOME")).isEqualTo("'it'\\''s $HOME'");
        assertThat(ShellWord.of("")).isEqualTo("''");
    }
}
