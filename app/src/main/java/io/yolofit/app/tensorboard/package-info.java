/// Event files of TensorBoard, written without its libraries.
///
/// Reading order: [TensorBoard] (the event file of a run, if requested), [TensorBoardRecorder] (the listener of a run),
/// `HyperParameters`, `EventFile` (records with checksums), `Message` (the protobuf encoding).
///
/// May import: `io.yolofit.app.console`, `io.yolofit.data.image`, `io.yolofit.train.eval`, `io.yolofit.train.event`,
/// `io.yolofit.train.inference`, `io.yolofit.train.options`, `io.yolofit.train.program` and `io.yolofit.zoo.head`.
package io.yolofit.app.tensorboard;
