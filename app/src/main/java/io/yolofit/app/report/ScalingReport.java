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
    /// @param imagesPerSecond of all GPUs
    /// @param efficiency      of one GPU's speed with the planned batch, times the GPUs
    /// @param syncBnCost      share of the speed; null for one GPU
    /// @param limit           what costs most, in words
    public record Point(int ranks, int batch, int each, double imagesPerSecond, double efficiency, Double syncBnCost,
            String limit) {}
}
