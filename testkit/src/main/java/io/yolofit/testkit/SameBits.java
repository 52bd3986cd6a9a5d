package io.yolofit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

/// Compares the states of two runs.
public final class SameBits {
    private SameBits() {
    }

    public static void assertSame(Map<String, float[]> actual, Map<String, float[]> expected) {
        assertThat(actual).containsOnlyKeys(expected.keySet());
        expected.forEach((name, values) -> assertThat(actual.get(name)).as(name).isEqualTo(values));
    }
}
