package io.yolofit.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProblemsTest {
    private static final YoloFitException SOURCE = new YoloFitException("no such file", "source=a.jpg", "give another");
    private static final YoloFitException DEVICE = new YoloFitException("no GPU\nat all", "device=9", "");
    private static final YoloFitException DATA = new YoloFitException("is empty", "", "fill it");

    private static Problems.Check<String> failing(YoloFitException failure) {
        return () -> {
            throw failure;
        };
    }

    @Test
    void checksThatPassGiveTheirResults() throws IOException {
        var problems = new Problems();
        assertThat(problems.attempt(() -> "model")).contains("model");
        problems.check(() -> { });
        assertThatCode(problems::requireNone).doesNotThrowAnyException();
    }

    @Test
    void oneFailureIsThrownAsItIs() throws IOException {
        var problems = new Problems();
        assertThat(problems.attempt(failing(DEVICE))).isEmpty();
        assertThatThrownBy(problems::requireNone).isSameAs(DEVICE);
    }

    @Test
    void severalFailuresAreReportedTogetherInOrder() throws IOException {
        var problems = new Problems();
        problems.attempt(failing(SOURCE));
        problems.check(() -> {
            var inner = new Problems();
            inner.attempt(failing(DEVICE));
            inner.attempt(failing(DATA));
            inner.requireNone();
        });
        YoloFitException all = catchThrowableOfType(YoloFitException.class, problems::requireNone);
        assertThat(all).hasMessage("3 problems:\n  source=a.jpg: no such file; give another\n  device=9: no GPU\n"
                + "  at all\n  is empty; fill it").hasSuppressedException(SOURCE).hasSuppressedException(DATA);
        assertThat(all.what()).isEqualTo("no such file; no GPU\nat all; is empty");
        assertThat(all.where()).isEqualTo("source=a.jpg, device=9");
        assertThat(all.remedy()).isEqualTo("give another; fill it");
    }
}
