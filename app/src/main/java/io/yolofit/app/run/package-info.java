/// The run folder, `args.yaml` and `results.csv`.
///
/// Reading order: [RunFolder], [ResultsCsv], [ResultsRow], [SixDigits].
///
/// May import: `train.options`.
package io.yolofit.app.run;
