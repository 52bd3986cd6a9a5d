/// Exported models, run by ONNX Runtime on the CPU: for `val` and `predict` of `.onnx` files.
///
/// Reading order: [OnnxDetector], [OnnxFailure].
///
/// May import: `io.yolofit.train.program`, `io.yolofit.zoo.onnx`, `io.yolofit.zoo.weights`, `ai.onnxruntime` and the
/// JDK.
package io.yolofit.train.onnx;
