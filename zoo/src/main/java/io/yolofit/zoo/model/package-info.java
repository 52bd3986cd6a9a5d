/// A whole model: from an architecture and a number of classes to forward graphs, initial weights, and back to files.
///
/// Reading order: [Model], [HeadSpec], [Initializer], [StateWeights], [ModelFile].
///
/// May import: the other packages of the zoo and `io.yolofit.graph`.
package io.yolofit.zoo.model;
