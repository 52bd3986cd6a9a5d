package io.yolofit.engine.cpu;

import java.util.concurrent.ForkJoinPool;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Runs Java kernels on all threads. Work is split into pieces of a fixed size, so results do not depend on the number
/// of threads.
record Workers(ForkJoinPool pool, int threads) {
    private static final long PIECE = 1 << 16;

    /// Work on the elements `from .. to - 1`.
    @FunctionalInterface
    interface Range {
        void run(long from, long to);
    }

    /// A partial sum over the elements `from .. to - 1`.
    @FunctionalInterface
    interface Sum {
        double over(long from, long to);
    }

    void forEach(long count, Range work) {
        long pieces = Math.ceilDiv(count, PIECE);
        pool.submit(() -> LongStream.range(0, pieces).parallel()
                .forEach(piece -> work.run(piece * PIECE, Math.min(count, (piece + 1) * PIECE)))).join();
    }

    /// Runs the work of all blocks, each once.
    void forEachBlock(int blocks, IntConsumer work) {
        if (blocks == 1 || threads == 1) { // a thread of the pool would only have to be woken up
            IntStream.range(0, blocks).forEach(work);
            return;
        }
        pool.submit(() -> IntStream.range(0, blocks).parallel().forEach(work)).join();
    }

    /// Adds the partial sums of the pieces in index order.
    double sum(long count, Sum work) {
        long pieces = Math.ceilDiv(count, PIECE);
        double[] partial = new double[Math.toIntExact(pieces)];
        pool.submit(() -> LongStream.range(0, pieces).parallel().forEach(piece ->
                partial[(int) piece] = work.over(piece * PIECE, Math.min(count, (piece + 1) * PIECE)))).join();
        double total = 0;
        for (double part : partial) {
            total += part;
        }
        return total;
    }
}
