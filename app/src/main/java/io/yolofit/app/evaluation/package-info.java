/// Outputs of validation and prediction: tables, plots, annotated images and files for other tools.
///
/// Reading order: [MetricsText], [ValidationReport] and [EvaluationPlots] (metrics), [Overlays], [BatchSheets] and
/// [AnnotatedImages] (images), [PredictionsFile], [PredictionReport], [PredictionOutputs], [LabelFiles] and
/// [CropFiles] (files), [OutputNames], [ProgressObserver].
///
/// May import: `io.yolofit.app.console`, `io.yolofit.app.plot`, `io.yolofit.data.batch`, `io.yolofit.data.draw`,
/// `io.yolofit.data.image`, `io.yolofit.graph.op`, `io.yolofit.train.eval`, `io.yolofit.train.inference`,
/// `io.yolofit.train.program` and `com.fasterxml.jackson`.
package io.yolofit.app.evaluation;
