/// Models: architectures, blocks, heads, and model files.
///
/// Reading order: `architecture` (YAML to layers), `block` (layers to graph nodes), `head` (heads as lists of
/// branches), `model` (a whole model: forward graph, parameters, head), `weights` (files),
/// `onnx` (export).
///
/// May import: the JDK.
package io.yolofit.zoo;
