/// Programs that test hypotheses about accuracy: they train on the same batches with different engines, precisions and
/// kernels, and compare losses, gradients and state tensor by tensor. `bench/gpu-host/hypotheses.sh` runs all of them.
///
/// Reading order: [Workbench] opens the data set, [Rig] trains step by step and exposes what the trainer hides,
/// [Training] is its saved state, [KeptBatch] a batch for several steps, [Difference] compares tensors. The programs:
/// [EngineComparison], [VariantTable], [PrecisionTable] with [GradientStatistics]. [Report] writes their files.
///
/// May import: `io.yolofit.app.console`, `io.yolofit.base.file`, `io.yolofit.data.augment`, `io.yolofit.data.batch`,
/// `io.yolofit.data.dataset`, `io.yolofit.engine`, `io.yolofit.engine.cpu`, `io.yolofit.engine.cuda`,
/// `io.yolofit.graph.op`, `io.yolofit.graph.pass`, `io.yolofit.train.options`, `io.yolofit.train.options.value`,
/// `io.yolofit.train.plan`, `io.yolofit.train.program`, `io.yolofit.train.schedule`, `io.yolofit.train.trainer`,
/// `io.yolofit.zoo.model` and the JDK.
package io.yolofit.bench.accuracy;
