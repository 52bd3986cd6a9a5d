package io.yolofit.engine.cuda.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class NativeLibraryTest {
    @Test
    void missingLibraryIsReportedWithAllSearchedPlaces() {
        String path = System.getenv("LD_LIBRARY_PATH");
        assertThatThrownBy(() -> NativeLibrary.load("Frobnication", "libfrobnicate.so.2", "libfrobnicate.so.1"))
                .isInstanceOf(CudaException.class).hasMessageContaining("Frobnication was not found")
                .hasMessageContaining("libfrobnicate.so.2 or libfrobnicate.so.1")
                .hasMessageContaining(path == null || path.isEmpty() ? "LD_LIBRARY_PATH (not set)" : path);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "needs the C library of Linux")
    void functionIsCalledWithItsArguments() {
        NativeLibrary library = NativeLibrary.load("the C library", "libabsent.so.1", "libc.so.6");
        assertThat(library.name()).isEqualTo("libc.so.6");
        MethodHandle absolute = library.function("abs", ValueLayout.JAVA_INT);
        assertThat(NativeLibrary.call("abs", absolute, -7)).isEqualTo(7);
        assertThatThrownBy(() -> NativeLibrary.call("abs", absolute, "seven")).isInstanceOf(ClassCastException.class);
        assertThatThrownBy(() -> library.function("frobnicate", ValueLayout.JAVA_INT))
                .isInstanceOf(CudaException.class).hasMessageContaining("libc.so.6 has no function frobnicate");
    }
}
