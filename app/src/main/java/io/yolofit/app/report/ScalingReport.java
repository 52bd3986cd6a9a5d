package io.yolofit.app.report;

import java.util.List;

/// The predicted speed of a run on several GPUs (`plan ranks=`), without data loading.
///
/// @param gpu    of which there are several
/// @param links  between them, with their rates, in words
/// @param points by number of GPUs
public record ScalingReport(String gpu, String links, List<Point> points) {
    public ScalingReport {
        points = List.copyOf(points);
    }

    /// A number of GPUs.
    ///
    /// @param batch           images of all GPUs together
    /// @param each            images of the largest slice
    /// @param imagesPerSecond of all GPUs; null if they cannot share the batch
    /// @param efficiency      of one GPU's speed with the planned batch, times the GPUs; null likewise
    /// @param syncBnCost      share of the speed; null likewise, and for one GPU
    /// @param limit           what costs most, in words, or why the GPUs cannot share the batch
    public record Point(int ranks, int batch, int each, Double imagesPerSecond, Double efficiency, Double syncBnCost,
            String limit) {}
}
