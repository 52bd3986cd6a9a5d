package io.yolofit.data.cache;

import io.yolofit.base.Failure;
import io.yolofit.base.file.AtomicFile;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.files.FileFailure;
import io.yolofit.data.image.LoadSize;
import io.yolofit.data.image.Mats;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.bytedeco.opencv.opencv_core.Mat;

/// All images in one native segment, memory or a mapped file, in the layout that `package-info` documents.
final class CachedImages implements ImageStore {
    private static final byte PRESENT = 1;
    private static final int PIXEL_ALIGNMENT = 64;

    private final DecodedImages decoder;
    private final CacheLayout layout;
    private final Arena arena;
    private final MemorySegment cache;

    private CachedImages(DecodedImages decoder, CacheLayout layout, Arena arena, MemorySegment cache) {
        this.decoder = decoder;
        this.layout = layout;
        this.arena = arena;
        this.cache = cache;
    }

    static CachedImages inMemory(List<LabeledImage> images, int imageSize, int threads, IntConsumer progress) {
        CacheLayout layout = new CacheLayout(images, imageSize);
        Arena arena = Arena.ofShared();
        try {
            MemorySegment memory = arena.allocate(layout.bytes(), PIXEL_ALIGNMENT);
            CachedImages store = new CachedImages(new DecodedImages(images, imageSize), layout, arena, memory);
            store.build(threads, progress);
            return store;
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    static CachedImages onDisk(List<LabeledImage> images, CacheEstimate estimate, int threads, IntConsumer progress) {
        CacheLayout layout = new CacheLayout(images, estimate.imageSize());
        DecodedImages decoder = new DecodedImages(images, estimate.imageSize());
        try {
            if (!Files.exists(estimate.file()) || Files.size(estimate.file()) != layout.bytes()) {
                writeFile(decoder, layout, estimate.file(), threads, progress);
            }
            Arena arena = Arena.ofShared();
            return new CachedImages(decoder, layout, arena, map(estimate.file(), layout, arena, false));
        } catch (IOException e) {
            throw new DatasetException(Failure.naming(estimate.file(), "cannot write the image cache %s: %s".formatted(
                    estimate.file(), FileFailure.reason(e)),
                    "free some space, make the folder writable, or use cache=ram or cache=false"), e);
        }
    }

    private static void writeFile(DecodedImages decoder, CacheLayout layout, Path file, int threads,
                                  IntConsumer progress) throws IOException {
        AtomicFile.replacePrivate(file, draft -> {
            try (Arena arena = Arena.ofShared()) {
                MemorySegment mapped = map(draft, layout, arena, true);
                new CachedImages(decoder, layout, arena, mapped).build(threads, progress);
                mapped.force();
            }
        });
    }

    private static MemorySegment map(Path file, CacheLayout layout, Arena arena, boolean writable) throws IOException {
        try (FileChannel channel = writable
                ? FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)
                : FileChannel.open(file, StandardOpenOption.READ)) {
            var mode = writable ? FileChannel.MapMode.READ_WRITE : FileChannel.MapMode.READ_ONLY;
            return channel.map(mode, 0, layout.bytes(), arena);
        }
    }

    private void build(int threads, IntConsumer progress) {
        AtomicInteger done = new AtomicInteger();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            for (int i = 0; i < layout.images(); i++) {
                int index = i;
                workers.execute(() -> {
                    fill(index);
                    progress.accept(done.incrementAndGet());
                });
            }
        }
    }

    private void fill(int index) {
        LoadSize size = layout.size(index);
        try (Mat target = Mats.over(layout.pixels(cache, index), size.height(), size.width())) {
            decoder.loadInto(index, target);
            cache.set(ValueLayout.JAVA_BYTE, index, PRESENT);
        } catch (IOException e) { // marked absent: load() decodes it once more and throws the same error
            cache.set(ValueLayout.JAVA_BYTE, index, (byte) 0);
        }
    }

    @Override
    public Mat load(int index) throws IOException {
        if (cache.get(ValueLayout.JAVA_BYTE, index) != PRESENT) {
            return decoder.load(index);
        }
        LoadSize size = layout.size(index);
        return Mats.over(layout.pixels(cache, index), size.height(), size.width());
    }

    @Override
    public int imageSize() {
        return decoder.imageSize();
    }

    @Override
    public long heldBytes() {
        return layout.bytes();
    }

    @Override
    public boolean isCached() {
        return true;
    }

    @Override
    public void close() {
        arena.close();
    }
}
