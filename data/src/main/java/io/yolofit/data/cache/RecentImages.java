package io.yolofit.data.cache;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.bytedeco.opencv.opencv_core.Mat;

/// An LRU cache of images, bounded in bytes. An image that several threads request at once is loaded by the first of
/// them, and the others wait. Returned matrices share pixels through OpenCV's reference count, so eviction never
/// invalidates a matrix in use.
final class RecentImages implements ImageStore {
    private final ImageStore store;
    private final long capacity;
    private final Map<Integer, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long held;

    /// An image, loaded or loading. `mat` is guarded by the lock of the enclosing object; it is null until loaded and
    /// after eviction.
    private static final class Entry {
        final CompletableFuture<Void> loaded = new CompletableFuture<>();
        Mat mat;
        long bytes;
    }

    RecentImages(ImageStore store, long capacity) {
        this.store = store;
        this.capacity = capacity;
    }

    @Override
    public Mat load(int index) throws IOException {
        Entry entry;
        boolean isFirst;
        synchronized (this) {
            entry = entries.get(index);
            isFirst = entry == null;
            if (isFirst) {
                entry = new Entry();
                entries.put(index, entry);
            } else if (entry.mat != null) {
                return new Mat(entry.mat);
            }
        }
        return isFirst ? loadFirst(index, entry) : await(index, entry);
    }

    private Mat loadFirst(int index, Entry entry) throws IOException {
        try {
            Mat mat = store.load(index);
            synchronized (this) {
                entry.mat = new Mat(mat);
                entry.bytes = mat.total() * mat.elemSize();
                held += entry.bytes;
                evictExcess(entry);
            }
            entry.loaded.complete(null);
            return mat;
        } catch (IOException | RuntimeException | Error e) {
            synchronized (this) {
                entries.remove(index, entry);
            }
            entry.loaded.completeExceptionally(e);
            throw e;
        }
    }

    private Mat await(int index, Entry entry) throws IOException {
        try {
            entry.loaded.join();
        } catch (CompletionException e) {
            return store.load(index); // the other thread failed: retry, or fail with an exception of this thread
        }
        synchronized (this) {
            if (entry.mat != null) {
                return new Mat(entry.mat);
            }
        }
        return store.load(index); // loaded and evicted in between
    }

    /// Entries that are still loading hold nothing and are skipped.
    private void evictExcess(Entry newest) {
        var oldest = entries.values().iterator();
        while (held > capacity && oldest.hasNext()) {
            Entry entry = oldest.next();
            if (entry.mat != null && entry != newest) {
                oldest.remove();
                evict(entry);
            }
        }
    }

    private void evict(Entry entry) {
        held -= entry.bytes;
        entry.mat.close();
        entry.mat = null;
    }

    @Override
    public int imageSize() {
        return store.imageSize();
    }

    @Override
    public synchronized long heldBytes() {
        return held + store.heldBytes();
    }

    @Override
    public boolean isCached() {
        return store.isCached();
    }

    @Override
    public synchronized void close() {
        entries.values().stream().filter(entry -> entry.mat != null).forEach(this::evict);
        entries.clear();
    }
}
