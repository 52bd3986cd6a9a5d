/// Checkpoints: safetensors files that any reader of the format can open.
///
/// A checkpoint holds the averaged weights under their customary names (`model.0.conv.weight`, fp32, `[K,C,R,S]`), so
/// it is also a model file. A resumable checkpoint adds the flat buffers `train.parameters`, `train.statistics`,
/// `train.moment0`, `train.moment1`, with gradient accumulation `train.gradients`, and with fp16 `train.scaler`, all
/// fp32, in the order of [io.yolofit.graph.pass.StateLayout]. Metadata: that of a model file; `yolofit.progress`, a
/// JSON object with the fields of [Progress]; within an epoch `yolofit.epoch`, with the fields of [EpochPart];
/// `yolofit.options`, the run's `args.yaml`. Random streams need no state:
/// they depend on seed, epoch and index only.
///
/// The state is copied from the engine into a [Snapshot], which a background thread writes while the next epoch is
/// trained.
///
/// Reading order: [Progress], [EpochPart], [Checkpoint], [Snapshot], [CheckpointWriter].
///
/// May import: `io.yolofit.engine`, `io.yolofit.graph.pass`, `io.yolofit.train.program`,
/// `io.yolofit.train.schedule`, `io.yolofit.zoo.model`,
/// `io.yolofit.zoo.weights`, `com.fasterxml.jackson`.
package io.yolofit.train.checkpoint;
