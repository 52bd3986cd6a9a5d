package io.yolofit.app.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConsoleTest {
    @Test
    void aLiveLineIsRewrittenInPlaceAndRemovedBeforeOtherOutput() {
        var recorded = RecordedConsole.terminal(40);
        recorded.console().live("one");
        recorded.console().live("two");
        recorded.console().line("stays");
        recorded.console().line("too");
        assertThat(recorded.out()).isEqualTo("\rone\u001b[K\rtwo\u001b[K\r\u001b[Kstays\ntoo\n");
    }

    @Test
    void aWarningRemovesTheLiveLineToo() {
        var recorded = RecordedConsole.terminal(40);
        recorded.console().live("one");
        recorded.console().warn("careful");
        assertThat(recorded.out()).isEqualTo("\rone\u001b[K\r\u001b[K");
        assertThat(recorded.err()).isEqualTo("warning: careful\n");
    }

    @Test
    void aLiveLineNeverReachesTheLastColumn() {
        var recorded = RecordedConsole.terminal(30);
        recorded.console().live("x".repeat(100));
        assertThat(recorded.out()).isEqualTo("\r" + "x".repeat(29) + "\u001b[K");
    }

    @Test
    void aPipeGetsNoControlSequences() {
        var recorded = RecordedConsole.pipe();
        recorded.console().line("a");
        recorded.console().removeLive();
        assertThat(recorded.out()).isEqualTo("a\n");
        assertThatThrownBy(() -> recorded.console().live("b")).isInstanceOf(IllegalStateException.class);
    }
}
