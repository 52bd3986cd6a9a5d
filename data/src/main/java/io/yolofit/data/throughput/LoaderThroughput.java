package io.yolofit.data.throughput;

/// Training images per second that the loader of a run delivers on this machine, measured on images of its data set.
///
/// @param cores   of the machine
/// @param images  of the sample
/// @param seconds that the measurement took
/// @param single  with one worker
/// @param all     with one worker per core
public record LoaderThroughput(int cores, int images, double seconds, Rates single, Rates all) {
    /// Images per second. Files are in the page cache of the system.
    ///
    /// @param decoding each image is decoded once per epoch, and augmented
    /// @param cached   decoded images are in memory, and augmented
    public record Rates(double decoding, double cached) {
        public Rates {
            if (!(decoding > 0 && cached > 0)) {
                throw new IllegalArgumentException("rates are positive, not " + decoding + " and " + cached);
            }
        }

        private double of(boolean isCached) {
            return isCached ? cached : decoding;
        }
    }

    public LoaderThroughput {
        if (cores < 1 || images < 1) {
            throw new IllegalArgumentException(cores + " cores, " + images + " images: expected at least 1 of each");
        }
    }

    /// Images per second with a number of workers: between the measurements it is linear in the number of workers, and
    /// more workers than cores gain nothing.
    ///
    /// @param workers 0 loads in the caller's thread, at the rate of one worker
    /// @param cached  whether decoded images are in memory
    public double rate(int workers, boolean cached) {
        double one = single.of(cached);
        double most = Math.max(one, all.of(cached));
        if (workers <= 1 || cores == 1) {
            return one;
        }
        return one + (most - one) * (Math.min(workers, cores) - 1) / (cores - 1);
    }
}
