/// Training, validation and prediction, without a terminal. This package holds no class.
///
/// Reading order: `trainer` (the training loop), `event` (what happens in a run, for listeners), `schedule` (learning
/// rates, momentum, accumulation, early stopping), `program` (a model compiled for an engine), `ranks` (several
/// devices), `plan` (memory and time of a run before it starts), `checkpoint`, `inference` (validation and prediction),
/// `onnx` (exported models, with ONNX Runtime), `eval` (metrics from predictions), `options`, `advice` (rules of
/// recommended runs).
///
/// May import: nothing.
package io.yolofit.train;
