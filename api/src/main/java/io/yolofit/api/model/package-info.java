/// Trained models: files with weights on an engine, ONNX files with ONNX Runtime; what `val`, `predict`, `export`
/// and `import` do with them.
///
/// Reading order: [InferenceModel], [WeightsModel], [OnnxModel], [OpenModel]; [InferenceInput], [ModelInput],
/// [TrainedOptions] and [ClassNames] (options and classes that a file records); [SplitValidation], [ImagePrediction],
/// [ModelExport], [ModelImport].
///
/// May import: `io.yolofit.api.device`, `io.yolofit.base`, `io.yolofit.base.yaml`, `io.yolofit.data.batch`,
/// `io.yolofit.data.cache`, `io.yolofit.data.dataset`, `io.yolofit.data.image`, `io.yolofit.data.importing`,
/// `io.yolofit.engine`, `io.yolofit.graph`, `io.yolofit.train.eval`, `io.yolofit.train.inference`,
/// `io.yolofit.train.onnx`, `io.yolofit.train.options`, `io.yolofit.train.options.value`, `io.yolofit.train.plan`,
/// `io.yolofit.train.program`, `io.yolofit.train.trainer`, `io.yolofit.zoo.architecture`, `io.yolofit.zoo.head`,
/// `io.yolofit.zoo.model`, `io.yolofit.zoo.onnx`, `io.yolofit.zoo.weights` and `com.fasterxml.jackson`.
package io.yolofit.api.model;
