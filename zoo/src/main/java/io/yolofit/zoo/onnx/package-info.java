/// Export of models to ONNX (Open Neural Network Exchange), a protobuf format that inference libraries read.
///
/// The exported graph is the inference graph of the engines: normalizations and parallel convolutions are folded by the
/// interpreter, and each remaining op becomes one or a few ONNX ops in NCHW layout, followed by the decoder.
///
/// | tensor | type and shape |
/// | --- | --- |
/// | input `images` | `f32[N,3,H,W]`, RGB, 0 to 1 |
/// | output `output0` | `f32[N, 4 + classes, anchors]`: cx, cy, w, h in pixels of the input, then scores |
/// | `output0`, end-to-end heads or with NMS | `f32[N, max_det, 6]`: x1, y1, x2, y2, score, class; unused rows are 0 |
///
/// Reading order: [OnnxSettings], [OnnxExport], [OnnxOps] (the switch over the ops), [OnnxDecoder], [OnnxSelection],
/// [OnnxMetadata]; below them [OnnxGraph], [OnnxNode] and [Constants].
///
/// May import: `io.yolofit.base.yaml`, `io.yolofit.graph`, `io.yolofit.graph.op`, `io.yolofit.graph.pass`,
/// `io.yolofit.graph.reference`, `io.yolofit.zoo.head`, `io.yolofit.zoo.model`, `io.yolofit.zoo.weights`,
/// `ai.onnx.proto`, `com.google.protobuf` and the JDK.
package io.yolofit.zoo.onnx;
