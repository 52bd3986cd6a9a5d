/// The training loop and what it stands on.
///
/// Reading order: [Trainer], [TrainingSetup] (a run, planned), [TrainingImages] and [TrainingData] (scanned, then
/// loaded), [ModelChoice], [TrainingListener], [DeferredLosses].
///
/// May import: everything in `io.yolofit.train`, graph, zoo, engine, data.
package io.yolofit.train.trainer;
