/// Values of options that have a notation of their own.
///
/// Reading order: [MemoryLimit], [AutoBatch], [RecomputeAmount], [ImageSchedule], [LearningRateScaling],
/// [SplitRatio]; [OptionValue] is what they have in common.
///
/// May import: the JDK.
package io.yolofit.train.options.value;
