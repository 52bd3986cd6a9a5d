package io.yolofit.app.report;

/// Host memory that a run is estimated to need, by part. All sizes are bytes.
///
/// @param java    the virtual machine: heap, code and libraries, without the copy of the state
/// @param batches batches that are loaded ahead; pinned for a GPU
/// @param images  decoded images: the cache of `cache=ram`, or else at most those of the last mosaics
/// @param state   the copy of the state of which a checkpoint is written, on the heap
/// @param tensors on the CPU: tensors, with what the C library and libtorch take in addition; 0 for a GPU
public record HostPlan(long java, long batches, long images, long state, long tensors) {
    /// The sum.
    public long total() {
        return java + batches + images + state + tensors;
    }
}
