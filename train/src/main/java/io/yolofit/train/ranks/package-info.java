/// Runs on several devices: where a process belongs among those of a run, and what its ranks decide together.
///
/// Reading order: [Launch] (what a launcher says), [ProcessLaunchers] and [PodLaunchers] (the launchers), [Variables],
/// [LaunchException]; [RankThreads] (the ranks of a process), [PlanCheck] (whether
/// they run the same), [Agreement] (decisions of all ranks).
///
/// May import: `io.yolofit.base`, `io.yolofit.engine.comm` and `io.yolofit.train.options`.
package io.yolofit.train.ranks;
