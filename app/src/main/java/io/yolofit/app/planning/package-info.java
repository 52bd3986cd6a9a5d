/// Plans of runs for a user: the devices they are planned for.
///
/// Reading order: [Targets].
///
/// May import: `io.yolofit.engine`, `io.yolofit.engine.cpu`, `io.yolofit.engine.cuda`, `io.yolofit.graph` and
/// `io.yolofit.train.plan`.
package io.yolofit.app.planning;
