package io.yolofit.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class YoloFitExceptionTest {
    @Test
    void theMessageHasTheThreeParts() {
        var failure = new YoloFitException("the size is fixed at 640", "imgsz=320", "export it with dynamic=true");
        assertThat(failure).hasMessage("imgsz=320: the size is fixed at 640; export it with dynamic=true");
        assertThat(failure.what()).isEqualTo("the size is fixed at 640");
        assertThat(failure.where()).isEqualTo("imgsz=320");
        assertThat(failure.remedy()).isEqualTo("export it with dynamic=true");
    }

    @Test
    void emptyPartsAreLeftOut() {
        assertThat(new YoloFitException("no GPU", "", "")).hasMessage("no GPU");
        assertThat(new YoloFitException("no GPU", "", "use device=cpu")).hasMessage("no GPU; use device=cpu");
        assertThat(new YoloFitException("is a folder", "a/b", "")).hasMessage("a/b: is a folder");
    }
}
