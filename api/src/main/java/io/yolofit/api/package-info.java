/// The Java API of YoloFit: everything that the command does, for programs.
///
/// Reading order: [Yolo] (a trained model: prediction, validation, export), [Prediction], [DetectedObject],
/// [ModelInfo]; [Recipe] (the options of a run), [Training], [TrainingResult]; [io.yolofit.train.event.TrainingEvent]
/// (what listeners receive); [YoloFit] (the version); [DoesNotFitException]. Not public: [OptionWords],
/// [InferenceThread], [StoppableWork], [StopCondition], [Pixels], [Failures], [LibraryLog]. The packages `device`
/// (selection of a device), `model` (what the commands do with trained models) and `run` (a run's plan and folder) are
/// for the command; they may change.
///
/// Failures that a user can fix are [io.yolofit.base.YoloFitException]: what, where, remedy. Notes and warnings go to
/// the system logger `io.yolofit`, those of a training run to its listeners.
///
/// The signatures of this package are frozen by a test; see `public-api.txt`.
///
/// May import: `io.yolofit.api.device`, `io.yolofit.api.model`, `io.yolofit.api.run`, `io.yolofit.base`,
/// `io.yolofit.data.image`, `io.yolofit.engine`, `io.yolofit.train.eval`, `io.yolofit.train.event`,
/// `io.yolofit.train.inference`, `io.yolofit.train.options`, `io.yolofit.train.options.value`, `io.yolofit.train.plan`,
/// `io.yolofit.train.plan.search`, `io.yolofit.train.program`, `io.yolofit.train.trainer` and `io.yolofit.zoo.model`.
package io.yolofit.api;
