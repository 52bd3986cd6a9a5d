/// Outputs of validation and prediction: tables, plots, annotated images and files for other tools.
///
/// Reading order: [MetricsText], [ValidationReport] and [EvaluationPlots] (metrics), [Overlays], [BatchSheets],
/// [ValidationPictures] and [AnnotatedImages] (images), [PredictionsFile], [PredictionReport], [PredictionOutputs],
/// [LabelFiles] and [CropFiles] (files), [OutputNames], [ProgressObserver]; [ValidationOutputs] and
/// [PredictionResults] (all of these, for `val` and `predict`).
///
/// May import: `io.yolofit.api.model`, `io.yolofit.api.run`, `io.yolofit.app.console`, `io.yolofit.app.plot`,
/// `io.yolofit.app.report`, `io.yolofit.base.file`, `io.yolofit.data.batch`, `io.yolofit.data.dataset`,
/// `io.yolofit.data.draw`, `io.yolofit.data.image`, `io.yolofit.graph.op`, `io.yolofit.train.eval`,
/// `io.yolofit.train.inference`, `io.yolofit.train.options`, `io.yolofit.train.options.value`,
/// `io.yolofit.train.program` and `com.fasterxml.jackson`.
package io.yolofit.app.evaluation;
