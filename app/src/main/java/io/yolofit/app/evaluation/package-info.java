/// What comes out of detections: tables, plots, drawn images and files that other tools read.
///
/// Reading order: [MetricsText], [ValidationReport] and [EvaluationPlots] (metrics), [Overlays], [BatchSheets] and
/// [AnnotatedImages] (pictures), [PredictionsFile], [PredictionReport] and [LabelFiles] (files), [OutputNames],
/// [ProgressObserver].
///
/// May import: `train` and `data`, Jackson, `app.console` and `app.plot`.
package io.yolofit.app.evaluation;
