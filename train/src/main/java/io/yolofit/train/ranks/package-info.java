/// Runs on several devices: where a process belongs among those of a run.
///
/// Reading order: [Launch] (what a launcher says), [ProcessLaunchers] and [PodLaunchers] (the launchers), [Variables],
/// [LaunchException].
///
/// May import: the JDK.
package io.yolofit.train.ranks;
