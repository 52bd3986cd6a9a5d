/// Terminal output: lines, tables, live progress, numbers with units, and stop requests.
///
/// Reading order: [Console] (the two streams and the capabilities of the terminal), [TextTable], [Units], [Pace] (rate
/// limit of progress lines), [LiveText], [TrainProgress], [CountProgress], [StopRequest].
///
/// May import: `io.yolofit.base`. Independent of options, models and training.
package io.yolofit.app.console;
