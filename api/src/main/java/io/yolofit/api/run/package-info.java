/// A training run: its model, its plan, its folder with `args.yaml` and `results.csv`.
///
/// Reading order: [RunInputs], [RunModel], [Targets] (the devices that runs are planned for), [Reservation] (from
/// options to a run with its memory), [RunFolder], [ActiveRun] (one training at a time) with [RunLock], [ResultsCsv],
/// [ResultsRow], [ResultsRecorder], [SixDigits].
///
/// May import: `io.yolofit.base`, `io.yolofit.base.file`, `io.yolofit.data.dataset`, `io.yolofit.data.files`,
/// `io.yolofit.data.importing`, `io.yolofit.engine`, `io.yolofit.graph`, `io.yolofit.graph.op`,
/// `io.yolofit.graph.plan`, `io.yolofit.graph.recompute`, `io.yolofit.train.eval`, `io.yolofit.train.event`,
/// `io.yolofit.train.inference`, `io.yolofit.train.options`, `io.yolofit.train.plan`, `io.yolofit.train.plan.gpu`,
/// `io.yolofit.train.plan.search`, `io.yolofit.train.plan.time`, `io.yolofit.train.program`,
/// `io.yolofit.train.trainer`, `io.yolofit.zoo.architecture`, `io.yolofit.zoo.head` and `io.yolofit.zoo.model`.
package io.yolofit.api.run;
