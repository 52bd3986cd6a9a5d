/// The planner: options and a device give the programs of a run, their memory plans and their predicted times. All of
/// it are pure functions; nothing here needs an engine, a device or a native library.
///
/// Reading order: [PlanSpec] with [RunSpec] (what determines a training run) and [InferenceSpec], [ProgramSpec] (one
/// program); [DataFacts] and [Loading], [Target] (a device) with [DeviceMemory] and a model of times, [RunPlan] (the
/// plan, by [RunPlan#of]) with [PeakMemory], [MemoryTimeline], [ProcessMemory] and [RunTimes]; [Scaling] (several
/// GPUs). The package `search` chooses within a memory limit, `time` predicts times, `loading` compares them with data
/// loading, and `gpu` lists GPUs that need not be present.
///
/// May import: `io.yolofit.base`, `io.yolofit.data.augment`, `io.yolofit.data.batch`, `io.yolofit.data.dataset`,
/// `io.yolofit.engine`, `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.graph.pass`, `io.yolofit.graph.plan`,
/// `io.yolofit.graph.recompute`, `io.yolofit.train.options`, `io.yolofit.train.options.value`,
/// `io.yolofit.train.plan.time`, `io.yolofit.train.program`, `io.yolofit.train.schedule`, `io.yolofit.zoo.head` and
/// `io.yolofit.zoo.model`.
package io.yolofit.train.plan;
