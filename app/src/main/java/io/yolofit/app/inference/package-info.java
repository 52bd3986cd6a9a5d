/// Trained models as `val` and `predict` use them: files with weights on an engine, ONNX files with ONNX Runtime.
///
/// Reading order: [InferenceModel], [WeightsModel], [OnnxModel], [OpenModel].
///
/// May import: `io.yolofit.app.console`, `io.yolofit.app.device`, `io.yolofit.engine`, `io.yolofit.graph`,
/// `io.yolofit.train.onnx`, `io.yolofit.train.options`, `io.yolofit.train.plan`, `io.yolofit.train.program`,
/// `io.yolofit.zoo.model`, `io.yolofit.zoo.onnx` and `io.yolofit.zoo.weights`.
package io.yolofit.app.inference;
