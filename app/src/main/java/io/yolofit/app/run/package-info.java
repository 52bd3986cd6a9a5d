/// What a run writes: its folder, `args.yaml` and `results.csv`.
///
/// Reading order: [RunFolder], [ResultsCsv], [ResultsRow], [SixDigits].
///
/// May import: the JDK and the options of `train`.
package io.yolofit.app.run;
