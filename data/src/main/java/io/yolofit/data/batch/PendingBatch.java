package io.yolofit.data.batch;

import io.yolofit.data.augment.Augmentation;
import io.yolofit.data.image.Mats;
import io.yolofit.graph.op.TargetColumn;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.bytedeco.opencv.opencv_core.Mat;

/// A batch in flight: one task per sample, each writing its own slice of the buffer.
final class PendingBatch {
    private final SampleMaker maker;
    private final BufferPool pool;
    private final EpochOrder order;
    private final Optional<Augmentation> augmentation;
    private final int index;
    private final int[] positions;
    private final EpochOrder.Shape shape;
    private final MemorySegment buffer;
    private final SampleMaker.Made[] made;
    private final CompletableFuture<Void> done;
    private volatile boolean canceled;

    PendingBatch(SampleMaker maker, BufferPool pool, EpochOrder order, Optional<Augmentation> augmentation, int index,
                 Executor workers) {
        this.maker = maker;
        this.pool = pool;
        this.order = order;
        this.augmentation = augmentation;
        this.index = index;
        this.positions = order.positions(index);
        this.shape = order.shape(index);
        this.buffer = pool.take();
        this.made = new SampleMaker.Made[positions.length];
        CompletableFuture<?>[] tasks = new CompletableFuture<?>[positions.length];
        for (int i = 0; i < positions.length; i++) {
            int slot = i;
            tasks[i] = CompletableFuture.runAsync(() -> make(slot), workers);
        }
        this.done = CompletableFuture.allOf(tasks);
    }

    private void make(int slot) {
        if (canceled) {
            return;
        }
        long bytes = Mats.bytes(shape.outputHeight(), shape.outputWidth());
        MemorySegment pixels = buffer.asSlice(slot * bytes, bytes);
        try (Mat output = Mats.over(pixels, shape.outputHeight(), shape.outputWidth())) {
            made[slot] = augmentation.isPresent()
                    ? maker.train(order, positions[slot], augmentation.get(), shape, output)
                    : maker.validate(order, positions[slot], shape, output);
            if (output.data().address() != pixels.address()) {
                throw new IllegalStateException(
                        "OpenCV reallocated sample %d of batch %d: its size differs from %s".formatted(
                        slot, index, shape));
            }
        }
    }

    /// Waits for the last sample. The exception of a failed sample is thrown here.
    Batch await() {
        try {
            done.join();
        } catch (CompletionException e) {
            pool.giveBack(buffer);
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                default -> throw e;
            }
        }
        List<Sample> samples = new ArrayList<>();
        int[] offsets = new int[made.length + 1];
        for (int i = 0; i < made.length; i++) {
            samples.add(made[i].sample());
            offsets[i + 1] = offsets[i] + made[i].targets().length / TargetColumn.COUNT;
        }
        float[] targets = new float[TargetColumn.COUNT * offsets[made.length]];
        for (int i = 0; i < made.length; i++) {
            System.arraycopy(made[i].targets(), 0, targets, TargetColumn.COUNT * offsets[i], made[i].targets().length);
        }
        long bytes = made.length * Mats.bytes(shape.outputHeight(), shape.outputWidth());
        return new Batch(index, shape.outputHeight(), shape.outputWidth(), buffer.asSlice(0, bytes), targets, offsets,
                samples, () -> pool.giveBack(buffer));
    }

    /// Cancels the batch: samples that have not started are skipped; returns when no task writes to the buffer.
    void cancel() {
        canceled = true;
        done.exceptionally(failure -> null).join();
        pool.giveBack(buffer);
    }
}
