/// Whole models: from an architecture and a number of classes to forward graphs, initial weights and model files.
///
/// Reading order: [Model], [Initializer], [StateWeights], [ModelFile],
/// with `BlockCatalog` for the blocks of rows, and `TorchArchitecture` for PyTorch checkpoints.
///
/// May import: `io.yolofit.base`, `io.yolofit.graph`, `io.yolofit.graph.head`, `io.yolofit.graph.op`,
/// `io.yolofit.graph.pass`, `io.yolofit.zoo.architecture`, `io.yolofit.zoo.block`, `io.yolofit.zoo.block.attention`,
/// `io.yolofit.zoo.block.csp`, `io.yolofit.zoo.block.elan`, `io.yolofit.zoo.head`, `io.yolofit.zoo.weights`,
/// `com.fasterxml.jackson` and the JDK.
package io.yolofit.zoo.model;
