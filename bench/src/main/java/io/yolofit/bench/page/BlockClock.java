package io.yolofit.bench.page;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Divides the steps of a run into blocks with and without the page, and measures them: per step, wall time and CPU
/// time of the thread that trains, which calls [#step].
///
/// The blocks of a pair follow each other; every second pair begins with the page, so that a machine that becomes
/// slower favors neither. The first half second of a block is not measured: readers still get what the block before has
/// left.
final class BlockClock {
    private static final long SETTLING_NANOS = 500_000_000;

    private final int blockSteps;
    private final int pairs;
    private final LongSupplier nanoTime;
    private final Consumer<BlockClock> onPair;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final PairedRatios wall = new PairedRatios();
    private final PairedRatios cpu = new PairedRatios();
    private final double[][] perStep = new double[2][2]; // [page][wall, cpu], nanoseconds
    private int block = -1; // the first one warms up
    private int measured = -1; // steps of the block; negative while it settles
    private long begin;
    private long startWall;
    private long startCpu;

    /// @param blockSteps measured steps of a block
    /// @param nanoTime   a clock such as `System::nanoTime`
    /// @param onPair     receives this after every pair
    BlockClock(int blockSteps, int pairs, LongSupplier nanoTime, Consumer<BlockClock> onPair) {
        if (blockSteps < 1 || pairs < 1) {
            throw new IllegalArgumentException(pairs + " pairs of " + blockSteps + " steps: give at least 1 of both");
        }
        this.blockSteps = blockSteps;
        this.pairs = pairs;
        this.nanoTime = nanoTime;
        this.onPair = onPair;
        begin = nanoTime.getAsLong();
    }

    /// Whether the present block has the page.
    boolean hasPage() {
        return block >= 0 && hasPage(block);
    }

    private static boolean hasPage(int block) {
        return block % 4 == 1 || block % 4 == 2; // off on, on off, off on, ...
    }

    /// Whether all pairs are measured.
    boolean isDone() {
        return block >= 2 * pairs;
    }

    /// A step is complete.
    void step() {
        long now = nanoTime.getAsLong();
        if (isDone() || measured < 0 && now - begin < SETTLING_NANOS) {
            return;
        }
        measured++;
        if (measured == 0) {
            startWall = now;
            startCpu = threads.getCurrentThreadCpuTime();
        } else if (measured == blockSteps) {
            end(now);
            measured = -1;
            begin = now;
            block++;
        }
    }

    private void end(long now) {
        if (block < 0) {
            return;
        }
        double[] kind = perStep[hasPage() ? 1 : 0];
        kind[0] = (double) (now - startWall) / blockSteps;
        kind[1] = (double) (threads.getCurrentThreadCpuTime() - startCpu) / blockSteps;
        if (block % 2 == 1) {
            wall.add(perStep[1][0] / perStep[0][0]);
            cpu.add(perStep[1][1] / perStep[0][1]);
            onPair.accept(this);
        }
    }

    /// Nanoseconds of a step in the last block of a kind.
    double lastWall(boolean page) {
        return perStep[page ? 1 : 0][0];
    }

    /// With the page over without it.
    PairedRatios wall() {
        return wall;
    }

    /// Of the thread that trains.
    PairedRatios cpu() {
        return cpu;
    }
}
