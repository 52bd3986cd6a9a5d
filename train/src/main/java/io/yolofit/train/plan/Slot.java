package io.yolofit.train.plan;

import java.util.OptionalInt;

/// The place of a rank among the ranks of a run. Batches, and so programs, depend on it.
///
/// @param rank  from 0
/// @param ranks of the run
public record Slot(int rank, int ranks) {
    /// The only rank.
    public static final Slot ALONE = new Slot(0, 1);

    public Slot {
        if (ranks < 1 || rank < 0 || rank >= ranks) {
            throw new IllegalArgumentException("rank " + rank + " of " + ranks + " ranks does not exist");
        }
    }

    public boolean isAlone() {
        return ranks == 1;
    }

    /// Whether every rank has an image of every batch.
    ///
    /// @param images training images; empty if unknown
    public boolean allows(int batch, OptionalInt images) {
        return isAlone() || unfit(batch, images.orElse(-1)).isEmpty();
    }

    /// Why a batch size cannot be shared between the ranks; empty if it can: every rank needs an image of every batch.
    ///
    /// @param batch  images of a batch
    /// @param images training images; negative if unknown
    String unfit(int batch, int images) {
        int last = images < 0 ? 0 : images % batch;
        int largest = images < 0 ? batch : Math.min(batch, images);
        if (largest < ranks) {
            return "batch=" + batch + ": " + ranks + " ranks share every batch, so it needs at least " + ranks
                    + " images";
        }
        if (last == 0 || last >= ranks) {
            return "";
        }
        int other = batch;
        while (other > ranks && images % other != 0 && images % other < ranks) {
            other--;
        }
        return "batch=" + batch + ": the last batch of an epoch of " + images + " images has " + last + ", too few for "
                + ranks + " ranks; try batch=" + other;
    }
}
