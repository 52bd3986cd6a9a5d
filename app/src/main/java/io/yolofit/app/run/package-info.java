/// The run folder, `args.yaml` and `results.csv`.
///
/// Reading order: [RunFolder], [ResultsCsv], [ResultsRow], [SixDigits].
///
/// May import: `io.yolofit.train.options`.
package io.yolofit.app.run;
