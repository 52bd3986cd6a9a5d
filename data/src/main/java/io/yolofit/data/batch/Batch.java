package io.yolofit.data.batch;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// Images and their objects in the layout of the network's input. Closing it returns the pixel buffer to the pool for a
/// later batch; [#pixels()] must not be used afterwards. The buffer lives until the loader is closed, or as long as the
/// allocator that was given to the loader keeps it.
///
/// Not thread-safe, but may be handed over from one thread to another.
public final class Batch implements AutoCloseable {
    private final int index;
    private final int height;
    private final int width;
    private final MemorySegment pixels;
    private final float[] targets;
    private final int[] offsets;
    private final List<Sample> samples;
    private final Runnable giveBack;
    private boolean closed;

    Batch(int index, int height, int width, MemorySegment pixels, float[] targets, int[] offsets, List<Sample> samples,
          Runnable giveBack) {
        this.index = index;
        this.height = height;
        this.width = width;
        this.pixels = pixels;
        this.targets = targets;
        this.offsets = offsets;
        this.samples = List.copyOf(samples);
        this.giveBack = giveBack;
    }

    /// The number of this batch in its epoch, from 0.
    public int index() {
        return index;
    }

    /// n, the number of images, absent ones included; the last batch of an epoch may be smaller.
    public int images() {
        return samples.size();
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /// `[n, height, width, 3]` bytes, RGB, in native memory.
    public MemorySegment pixels() {
        if (closed) {
            throw new IllegalStateException("the batch is closed: its memory may hold another batch");
        }
        return pixels;
    }

    /// Rows `class, cx, cy, w, h`, one per object, ordered by image; lengths are fractions of `width` and `height`.
    public float[] targets() {
        return targets;
    }

    /// n + 1 numbers: the objects of image i are the rows `offsets[i]` to `offsets[i + 1]` (exclusive) of the targets.
    public int[] offsets() {
        return offsets;
    }

    /// One per image.
    public List<Sample> samples() {
        return samples;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            giveBack.run();
        }
    }
}
