/// The training loop, its inputs and its events.
///
/// Reading order: [Trainer], [TrainingSetup] (a run with its memory planned), [EffectiveOptions], [TrainingImages]
/// (scanned splits), [TrainingData] (loaders over them), [ModelChoice], [TrainingListener], [DeferredLosses],
/// [LossWatch], [DivergedException], [RankState] (what ranks exchange), [StoppableObserver].
///
/// May import: `io.yolofit.base`, `io.yolofit.base.file`, `io.yolofit.data.augment`, `io.yolofit.data.batch`,
/// `io.yolofit.data.cache`, `io.yolofit.data.dataset`, `io.yolofit.engine`, `io.yolofit.engine.comm`,
/// `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.graph.recompute`, `io.yolofit.train.checkpoint`,
/// `io.yolofit.train.eval`, `io.yolofit.train.inference`, `io.yolofit.train.options`, `io.yolofit.train.options.value`,
/// `io.yolofit.train.plan`, `io.yolofit.train.plan.time`, `io.yolofit.train.program`, `io.yolofit.train.ranks`,
/// `io.yolofit.train.schedule`, `io.yolofit.zoo.architecture`, `io.yolofit.zoo.model` and `io.yolofit.zoo.weights`.
package io.yolofit.train.trainer;
