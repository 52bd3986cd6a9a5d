/// Outputs of validation and prediction: tables, plots, annotated images and files for other tools.
///
/// Reading order: [MetricsText], [ValidationReport] and [EvaluationPlots] (metrics), [Overlays], [BatchSheets] and
/// [AnnotatedImages] (images), [PredictionsFile], [PredictionReport] and [LabelFiles] (files), [OutputNames],
/// [ProgressObserver].
///
/// May import: `app.console`, `app.plot`, `data.batch`, `data.draw`, `train.eval`, `train.inference`, Jackson.
package io.yolofit.app.evaluation;
