package io.yolofit.engine.cuda.driver;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// The structures of a launch with clusters, at the offsets that a C compiler gives the fields of `cuda.h`.
class LaunchConfigurationTest {
    private static final long ATTRIBUTE_BYTES = 72;

    @Test
    @SuppressWarnings("restricted")
    void fieldsAreAtTheOffsetsOfTheDriver() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment configuration = LaunchConfiguration.of(arena, new int[] {16, 8, 1, 512, 2, 1}, 4, 1000, 77);
            assertThat(configuration.byteSize()).isEqualTo(56);
            assertThat(configuration.asSlice(0, 28).toArray(JAVA_INT)).containsExactly(16, 8, 1, 512, 2, 1, 1000);
            assertThat(configuration.get(JAVA_LONG, 32)).isEqualTo(77);
            assertThat(configuration.get(JAVA_INT, 48)).isOne();
            MemorySegment attribute = configuration.get(ADDRESS, 40).reinterpret(ATTRIBUTE_BYTES);
            assertThat(attribute.address() % Long.BYTES).isZero();
            assertThat(attribute.asSlice(0, 4).toArray(JAVA_INT)).containsExactly(4);
            assertThat(attribute.asSlice(8, 12).toArray(JAVA_INT)).containsExactly(4, 1, 1);
        }
    }
}
