package io.yolofit.engine.cuda.driver;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/// The driver's `CUlaunchConfig` of a launch with thread block clusters, with its one `CUlaunchAttribute`.
final class LaunchConfiguration {
    private static final int CLUSTER_DIMENSION = 4; // a CUlaunchAttributeID
    private static final int VALUE_BYTES = 64; // of CUlaunchAttributeValue, a union

    private static final MemoryLayout CONFIGURATION = MemoryLayout.structLayout(
            MemoryLayout.sequenceLayout(3, JAVA_INT).withName("grid"),
            MemoryLayout.sequenceLayout(3, JAVA_INT).withName("block"),
            JAVA_INT.withName("sharedBytes"),
            MemoryLayout.paddingLayout(4),
            JAVA_LONG.withName("stream"),
            ADDRESS.withName("attributes"),
            JAVA_INT.withName("attributeCount"),
            MemoryLayout.paddingLayout(4));

    private static final MemoryLayout ATTRIBUTE = MemoryLayout.structLayout(
            JAVA_INT.withName("id"),
            MemoryLayout.paddingLayout(4),
            MemoryLayout.sequenceLayout(VALUE_BYTES / Long.BYTES, JAVA_LONG).withName("value"));

    private LaunchConfiguration() {
    }

    /// @param dimensions blocks of the grid and threads of a block, along x, y and z each
    /// @param cluster blocks of a cluster, along x
    static MemorySegment of(Arena arena, int[] dimensions, int cluster, int sharedBytes, long stream) {
        MemorySegment attribute = arena.allocate(ATTRIBUTE);
        attribute.set(JAVA_INT, offset(ATTRIBUTE, "id"), CLUSTER_DIMENSION);
        long value = offset(ATTRIBUTE, "value");
        attribute.set(JAVA_INT, value, cluster);
        attribute.set(JAVA_INT, value + Integer.BYTES, 1);
        attribute.set(JAVA_INT, value + 2 * Integer.BYTES, 1);

        MemorySegment configuration = arena.allocate(CONFIGURATION);
        for (int i = 0; i < dimensions.length; i++) {
            configuration.setAtIndex(JAVA_INT, i, dimensions[i]);
        }
        configuration.set(JAVA_INT, offset(CONFIGURATION, "sharedBytes"), sharedBytes);
        configuration.set(JAVA_LONG, offset(CONFIGURATION, "stream"), stream);
        configuration.set(ADDRESS, offset(CONFIGURATION, "attributes"), attribute);
        configuration.set(JAVA_INT, offset(CONFIGURATION, "attributeCount"), 1);
        return configuration;
    }

    private static long offset(MemoryLayout layout, String name) {
        return layout.byteOffset(groupElement(name));
    }
}
