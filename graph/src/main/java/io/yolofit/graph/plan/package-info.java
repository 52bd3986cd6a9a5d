/// The memory planner: buffer assignment, live ranges, and offsets in one arena.
///
/// Reading order: [WorkspaceModel] (workspace and lane of every node, from the engine), [MemorySketch] (a graph as
/// numbers, with [NodeFacts]), [BufferAssignment] (which values share memory; computed by `SketchAssignment`),
/// `SketchRanges`, `LiveRanges` and [Buffer] (live ranges), [ArenaPacker] (offsets) with `PlacedBuffers`, [MemoryPlan]
/// (the whole plan, with reports), [Schedule] with [Lane] (what may overlap; extended by `LaneAssignment` and
/// `Branches`, checked by [ScheduleVerifier]), [Program] (the input of an engine), [ArenaLayout] (one arena for all
/// programs of a run). All are pure functions of graphs.
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op` and the JDK.
package io.yolofit.graph.plan;
