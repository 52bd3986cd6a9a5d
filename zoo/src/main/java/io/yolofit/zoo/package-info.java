/// Models: what they are made of and how their weights are read and written.
///
/// Reading order: `architecture` (YAML to rows), `block` (rows to graph nodes), `model` (a whole model: its forward
/// graph, its parameters, its head), `weights` (files).
///
/// May import: `io.yolofit.graph`, a YAML and a JSON library.
package io.yolofit.zoo;
