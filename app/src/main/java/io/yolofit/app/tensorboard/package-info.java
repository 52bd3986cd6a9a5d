/// Event files of TensorBoard, written without its libraries.
///
/// Reading order: [TensorBoardRecorder] (the listener of a run), `EventFile` (records with checksums), `Message` (the
/// protobuf encoding).
///
/// May import: `io.yolofit.train.eval`, `io.yolofit.train.event`, `io.yolofit.train.inference`,
/// `io.yolofit.train.options`, `io.yolofit.train.program` and `io.yolofit.zoo.head`.
package io.yolofit.app.tensorboard;
