/// Talking to the user: lines, tables, live progress, and numbers with their units.
///
/// Reading order: [Console] (the two streams, and what the terminal can do), [TextTable], [Units], [Pace] (when a
/// progress line is due), [LiveText], [TrainProgress], [CountProgress].
///
/// May import: the JDK. Knows nothing of options, models or training.
package io.yolofit.app.console;
