package io.yolofit.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NativeLibraryTest {
    @Test
    void whatIsMissingIsNamedWithEveryPlaceThatWasSearched() {
        String path = System.getenv("LD_LIBRARY_PATH");
        assertThatThrownBy(() -> NativeLibrary.load("Frobnication", "libfrobnicate.so.2", "libfrobnicate.so.1"))
                .isInstanceOf(CudaException.class).hasMessageContaining("Frobnication was not found")
                .hasMessageContaining("libfrobnicate.so.2 or libfrobnicate.so.1")
                .hasMessageContaining(path == null || path.isEmpty() ? "LD_LIBRARY_PATH (not set)" : path);
    }
}
