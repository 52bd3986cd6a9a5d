/// What is trained and how, without a terminal.
///
/// Reading order: `trainer` (the loop), `schedule` (the numbers that change from step to step), `program` (a model
/// compiled for an engine), `checkpoint`, `inference` (validation and prediction), `eval` (from predictions to
/// metrics), `options`.
///
/// May import: graph, zoo, engine, data.
package io.yolofit.train;
