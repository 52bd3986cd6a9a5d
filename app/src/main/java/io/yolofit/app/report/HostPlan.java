package io.yolofit.app.report;

/// Host memory that a run is estimated to need, by part. All sizes are bytes.
///
/// @param java    the virtual machine, its heap, code and libraries
/// @param batches batches that are loaded ahead; pinned for a GPU
/// @param images  decoded images: the cache of `cache=ram`, or else at most those of the last mosaics
/// @param state   the copy of the state of which a checkpoint is written
/// @param tensors the arena on the CPU; 0 for a GPU
public record HostPlan(long java, long batches, long images, long state, long tensors) {
    /// The sum.
    public long total() {
        return java + batches + images + state + tensors;
    }
}
