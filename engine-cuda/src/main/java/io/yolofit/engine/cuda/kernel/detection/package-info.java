/// [DetectionHead]: the argument structure of the kernels of the detection head. A test compares it with
/// `detection.cuh`.
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op` and the JDK.
package io.yolofit.engine.cuda.kernel.detection;
