package io.yolofit.testkit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GoldenTest {
    @Test
    void equalTextsPass() {
        assertThatCode(() -> Golden.compare("a.txt", "x\ny\n", "x\ny\n")).doesNotThrowAnyException();
    }

    @Test
    void everyDifferenceFailsAndIsShown() {
        assertThatThrownBy(() -> Golden.compare("a.txt", "x\ny\nz\n", "x\nY\nz\nw\n"))
                .isInstanceOf(AssertionError.class).hasMessageContaining("golden/a.txt has 3 lines, and the text 4")
                .hasMessageEndingWith("line 2\n- y\n+ Y\nline 4\n- (no line)\n+ w");
        assertThatThrownBy(() -> Golden.compare("a.txt", "x\n", "x")).hasMessageEndingWith("the end of the last line");
    }

    @Test
    void aMissingFileFails() {
        assertThatThrownBy(() -> Golden.check("missing.txt", "x")).hasMessageContaining("no golden/missing.txt")
                .hasMessageContaining("-Dgolden.update=true");
    }
}
