/// Predicted times of programs on devices, without running them.
///
/// Reading order: [StepTimeModel], [Roofline] (a bound), [DeviceRates], [KernelTimeModel] (what a GPU takes, fitted to
/// measurements) with [ConvolutionTime]; [Calibration] by [ConvolutionTiming]; [Links] (between GPUs).
///
/// May import: `io.yolofit.graph`, `io.yolofit.graph.op` and `io.yolofit.graph.plan`.
package io.yolofit.train.plan.time;
