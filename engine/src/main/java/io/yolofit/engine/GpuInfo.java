package io.yolofit.engine;

/// A GPU of this machine.
///
/// @param index      the number of the GPU in `device=`
/// @param name       such as `NVIDIA H200`
/// @param free       free bytes of its memory
/// @param total      bytes of its memory
/// @param capability compute capability, 90 for 9.0
public record GpuInfo(int index, String name, long free, long total, int capability) {
}
