/// The run folder, `args.yaml` and `results.csv`.
///
/// Reading order: [RunFolder], [ResultsCsv], [ResultsRow], [ResultsRecorder], [SixDigits].
///
/// May import: `io.yolofit.graph.op`, `io.yolofit.train.event`, `io.yolofit.train.inference`,
/// `io.yolofit.train.options`, `io.yolofit.train.program` and `io.yolofit.zoo.head`.
package io.yolofit.app.run;
