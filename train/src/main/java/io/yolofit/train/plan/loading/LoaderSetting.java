package io.yolofit.train.plan.loading;

import io.yolofit.train.options.CacheChoice;

/// The options of a run that determine the speed of its loader.
///
/// @param workers loader threads; 0 loads between steps
/// @param cache   of decoded images
public record LoaderSetting(int workers, CacheChoice cache) {
    /// As typed: `workers=8 cache=ram`.
    public String text() {
        return "workers=" + workers + " cache=" + cache.word();
    }

    /// The options that differ from another setting, as typed: `cache=ram`.
    public String changed(LoaderSetting other) {
        String threads = workers == other.workers ? "" : "workers=" + workers;
        String images = cache == other.cache ? "" : "cache=" + cache.word();
        return (threads + " " + images).strip();
    }
}
