/// Benchmarks: programs that print medians, and ratios to a baseline that was measured in the same run.
///
/// Reading order: [StepBenchmark] with [TrainingBench], [StepTimes], [CudaTable], [StepGrid], [StepPrediction],
/// [BudgetCandidates] (runs within a memory limit, for [StepGrid]),
/// [ConvolutionBenchmark] and [ConvolutionList], [PointwiseBenchmark], [LoadingBenchmark] and [AugmentBenchmark];
/// [RankBenchmark] with [TraceText] (scaling) and [RankLosses] (agreement) of several devices; [Engines] opens engines.
/// [AccuracyTable] compares training runs over seeds; the package `accuracy` tests hypotheses about accuracy.
/// [PackerBenchmark] measures the packer of the planner; the package `page` has what the page of a run costs it.
///
/// May import: `io.yolofit.api.device`, `io.yolofit.api.run`, `io.yolofit.app.console`, `io.yolofit.base.file`,
/// `io.yolofit.data.augment`, `io.yolofit.data.batch`, `io.yolofit.data.cache`, `io.yolofit.data.dataset`,
/// `io.yolofit.engine`, `io.yolofit.engine.comm`, `io.yolofit.engine.cpu`, `io.yolofit.engine.cuda`,
/// `io.yolofit.engine.cuda.dnn`, `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.graph.pass`,
/// `io.yolofit.graph.plan`, `io.yolofit.graph.recompute`, `io.yolofit.train.inference`, `io.yolofit.train.options`,
/// `io.yolofit.train.options.value`, `io.yolofit.train.plan`, `io.yolofit.train.plan.gpu`,
/// `io.yolofit.train.plan.search`, `io.yolofit.train.plan.time`, `io.yolofit.train.program`, `io.yolofit.train.ranks`,
/// `io.yolofit.train.trainer`, `io.yolofit.zoo.architecture`, `io.yolofit.zoo.head`, `io.yolofit.zoo.model` and
/// `com.fasterxml.jackson`.
package io.yolofit.bench;
