package io.yolofit.app.report;

import java.util.List;

/// The summary of a model, printed by `yolofit info`.
///
/// @param name            as given: "yolov8n"
/// @param title           name and scale: "yolov8n, scale n"
/// @param imageSize       side of the square input, pixels
/// @param classes         of the head
/// @param layers          of the architecture
/// @param parameters      trained and fixed
/// @param fusedParameters of the inference graph, with BatchNorm folded and training-only branches dropped
/// @param gigaflops       of one image; a multiply-add counts as two
public record ModelSummary(String name, String title, int imageSize, int classes, List<Layer> layers,
        long parameters, long fusedParameters, double gigaflops) {
    /// One layer of the architecture.
    ///
    /// @param from       layers that it reads: "-1", "-1, 6"
    /// @param repeats    after the model's depth factor
    /// @param arguments  after the model's width factor: "16, 32, 3, 2"
    /// @param output     shape for one image: "80x80x64"
    public record Layer(int index, String from, int repeats, long parameters, String block, String arguments,
            String output) {}

    public ModelSummary {
        layers = List.copyOf(layers);
    }
}
