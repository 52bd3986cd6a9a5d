package io.yolofit.engine.cuda;

/// A GPU of this machine.
///
/// @param index      its number in `device=`
/// @param name       as `NVIDIA H200`
/// @param free       bytes that nobody holds
/// @param total      bytes of its memory
/// @param capability compute capability, as 90 for 9.0
public record GpuInfo(int index, String name, long free, long total, int capability) {
}
