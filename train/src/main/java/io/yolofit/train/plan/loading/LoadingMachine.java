package io.yolofit.train.plan.loading;

import io.yolofit.data.batch.BatchLoader;
import io.yolofit.data.cache.CacheEstimate;
import io.yolofit.data.cache.CacheMode;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.train.options.CacheChoice;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a machine offers the loader of a run.
///
/// @param cores of the machine
/// @param held  whether all decoded training images are held without a cache: they are decoded in the first epoch only
/// @param cache that the decoded images fit into; empty if there is none
public record LoadingMachine(int cores, boolean held, Optional<CacheChoice> cache) {
    /// This machine, for the images of a run.
    ///
    /// @param imageSize   at which images are loaded, pixels
    /// @param cacheFolder of the cache on disk
    public static LoadingMachine of(List<LabeledImage> train, List<LabeledImage> val, int imageSize, Path cacheFolder) {
        boolean held = CacheEstimate.of(train, imageSize, CacheMode.RAM, cacheFolder).bytesNeeded()
                <= BatchLoader.RECENT_BYTES;
        List<LabeledImage> all = Stream.concat(train.stream(), val.stream()).toList();
        Optional<CacheChoice> cache = held ? Optional.empty()
                : fits(all, imageSize, CacheMode.RAM, cacheFolder) ? Optional.of(CacheChoice.RAM)
                : fits(all, imageSize, CacheMode.DISK, cacheFolder) ? Optional.of(CacheChoice.DISK) : Optional.empty();
        return new LoadingMachine(Runtime.getRuntime().availableProcessors(), held, cache);
    }

    private static boolean fits(List<LabeledImage> images, int imageSize, CacheMode mode, Path cacheFolder) {
        CacheEstimate estimate = CacheEstimate.of(images, imageSize, mode, cacheFolder);
        return estimate.mode() == mode && estimate.fits();
    }

    /// Whether images are decoded once per run instead of once per epoch.
    boolean reuses(CacheChoice choice) {
        return held || choice != CacheChoice.NONE;
    }

    /// The setting with a cache that fits; empty if it would change nothing.
    Optional<LoaderSetting> cached(LoaderSetting setting) {
        return reuses(setting.cache()) ? Optional.empty()
                : cache.map(choice -> new LoaderSetting(setting.workers(), choice));
    }
}
