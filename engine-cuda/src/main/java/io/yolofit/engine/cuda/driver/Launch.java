package io.yolofit.engine.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A kernel with its grid and its arguments, which can be launched any number of times.
public final class Launch {
    private static final int DEFAULT_BLOCK = 256; // threads; two blocks fit on every device, with 128 registers each
    private static final int MAX_DYNAMIC_SHARED_ATTRIBUTE = 8; // of a function
    private static final int DEFAULT_MAX_SHARED = 48 * 1024; // bytes that every device allows without the attribute
    private static final int NON_PORTABLE_CLUSTER_ATTRIBUTE = 14; // of a function

    private final Driver driver;
    private final long function;
    private final String name;
    private int gridX = 1;
    private int gridY = 1;
    private int gridZ = 1;
    private int blockX = DEFAULT_BLOCK;
    private int blockY = 1;
    private int sharedBytes;
    private int clusterX = 1;
    private MemorySegment parameters = MemorySegment.NULL;

    /// @param name of the kernel, for errors
    public Launch(Driver driver, long function, String name) {
        this.driver = driver;
        this.function = function;
        this.name = name;
    }

    /// Blocks of the grid.
    public Launch grid(long x, long y, long z) {
        gridX = Math.toIntExact(x);
        gridY = Math.toIntExact(y);
        gridZ = Math.toIntExact(z);
        return this;
    }

    public Launch grid(long x) {
        return grid(x, 1, 1);
    }

    /// Threads of a block.
    public Launch block(int x, int y) {
        blockX = x;
        blockY = y;
        return this;
    }

    public Launch block(int x) {
        return block(x, 1);
    }

    /// Dynamic shared memory of a block. Launches of one function may use different sizes.
    public Launch shared(int bytes) {
        if (bytes > DEFAULT_MAX_SHARED && bytes > driver.attribute(function, MAX_DYNAMIC_SHARED_ATTRIBUTE)) {
            driver.call("cuFuncSetAttribute", function, MAX_DYNAMIC_SHARED_ATTRIBUTE, bytes);
        }
        sharedBytes = bytes;
        return this;
    }

    /// Groups the blocks along x into thread block clusters, whose blocks run at the same time. The grid must be a
    /// multiple of the size. Set grid, block and shared memory first.
    ///
    /// @return whether the device can run a cluster of this size and shared memory; if not, nothing has changed
    public boolean cluster(int blocks) {
        driver.call("cuFuncSetAttribute", function, NON_PORTABLE_CLUSTER_ATTRIBUTE, 1);
        boolean fits;
        try (Arena arena = Arena.ofConfined()) {
            fits = driver.activeClusters(function, LaunchConfiguration.of(arena, grid(), blocks, sharedBytes, 0)) > 0;
        }
        clusterX = fits ? blocks : clusterX;
        return fits;
    }

    private int[] grid() {
        return new int[] {gridX, gridY, gridZ, blockX, blockY, 1};
    }

    /// Sets the grid to at least `count` threads, in blocks of the current size.
    public Launch threads(long count) {
        return grid(Math.max(1, Math.ceilDiv(count, (long) blockX * blockY)));
    }

    /// The arguments in the kernel's order: Long for pointers and 64-bit integers, Integer, Float, or the memory of a
    /// structure that is passed by value. That memory must live as long as the launch.
    public Launch args(Arena arena, Object... values) {
        parameters = arena.allocate(ValueLayout.ADDRESS, Math.max(1, values.length));
        for (int i = 0; i < values.length; i++) {
            MemorySegment value = switch (values[i]) {
                case Long number -> arena.allocateFrom(ValueLayout.JAVA_LONG, number);
                case Integer number -> arena.allocateFrom(ValueLayout.JAVA_INT, number);
                case Float number -> arena.allocateFrom(ValueLayout.JAVA_FLOAT, number);
                case MemorySegment structure -> structure;
                default -> throw new IllegalArgumentException("argument " + i + " of " + name + " is a "
                        + values[i].getClass().getSimpleName()
                        + ", but kernels take Long, Integer, Float and MemorySegment");
            };
            parameters.setAtIndex(ValueLayout.ADDRESS, i, value);
        }
        return this;
    }

    public void enqueue(Stream stream) {
        if (clusterX > 1) {
            try (Arena arena = Arena.ofConfined()) {
                driver.launch(name, function, LaunchConfiguration.of(arena, grid(), clusterX, sharedBytes,
                        stream.handle()), parameters);
            }
            return;
        }
        driver.launch(name, function, gridX, gridY, gridZ, blockX, blockY, sharedBytes, stream.handle(), parameters);
    }
}
