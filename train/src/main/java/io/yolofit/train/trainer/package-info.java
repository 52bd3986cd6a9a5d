/// The training loop and what it stands on.
///
/// Reading order: [Trainer], [TrainingData], [ModelChoice], [TrainingListener].
///
/// May import: everything in `io.yolofit.train`, graph, zoo, engine, data.
package io.yolofit.train.trainer;
