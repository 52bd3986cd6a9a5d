/// Checkpoints: safetensors files that any reader of the format can open.
///
/// A checkpoint holds the averaged weights under the names people know (`model.0.conv.weight`, fp32, `[K,C,R,S]`), so
/// that it serves as a model file as it is; and, if training can go on from it, the flat buffers `train.parameters`,
/// `train.statistics`, `train.moment0`, `train.moment1` and, where gradients are being summed, `train.gradients`, all
/// fp32, in the order of [io.yolofit.graph.pass.StateLayout]. Metadata: what a model file has, and `yolofit.progress`,
/// a JSON object with the fields of [Progress], and `yolofit.options`, the run's `args.yaml`. Random numbers need no
/// state: they depend on seed, epoch and index.
///
/// A run is copied out of its engine at once, as a [Snapshot], and written while the next epoch is trained.
///
/// Reading order: [Progress], [Checkpoint], [Snapshot], [CheckpointWriter].
///
/// May import: `io.yolofit.engine`, `io.yolofit.graph`, `io.yolofit.zoo`, `io.yolofit.train.program`, a JSON library.
package io.yolofit.train.checkpoint;
