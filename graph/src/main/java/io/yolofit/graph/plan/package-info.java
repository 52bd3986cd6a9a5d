/// Where every byte of a program lies.
///
/// Reading order: [BufferAssignment] (which values share memory), [Buffer] (how long it is needed), [ArenaPacker] (at
/// which offset it lies), [MemoryPlan] (all of it, with reports), [Program] (what an engine gets). All are pure
/// functions of a graph.
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op` and the JDK.
package io.yolofit.graph.plan;
