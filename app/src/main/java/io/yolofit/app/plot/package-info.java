/// The plots of a run, as PNG files: learning curves, precision and recall curves, confusion matrix, labels.
///
/// Reading order: [Drawing] (canvas, text, PNG), [Palette], [Axis], [LineChart], [ResultsPlot], [Smoothing],
/// [Curves] and [CurvePlot], [ConfusionMatrix] and [ConfusionPlot], [LabelSet], [LabelsPlot] and its [Panel]s.
///
/// Every plot takes plain arrays and is drawn without a display.
///
/// May import: `io.yolofit.api.run`, `io.yolofit.graph.op` and `io.yolofit.train.program`.
package io.yolofit.app.plot;
