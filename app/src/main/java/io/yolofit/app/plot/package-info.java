/// The plots of a run, as PNG files: learning curves, precision and recall curves, confusion matrix, labels.
///
/// Reading order: [Drawing] (canvas, text, PNG), [Palette], [Charts] (XChart's charts in our style), [ResultsPlot]
/// with [Smoothing], [Curves] and [CurvePlot], [ConfusionMatrix] and [ConfusionPlot], [LabelSet], [LabelsPlot].
///
/// Every plot takes plain arrays and is drawn without a display.
///
/// May import: `io.yolofit.api.run`, `io.yolofit.base.file`, `io.yolofit.graph.op`, `io.yolofit.train.program` and
/// `org.knowm.xchart`.
package io.yolofit.app.plot;
