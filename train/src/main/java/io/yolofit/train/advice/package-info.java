/// Advice for a data set and a device, as rules with their reasons in `advice.yaml`.
///
/// Reading order: [Situation] with [Hardware] and [ObjectSizes], [Rule], [AdviceRules].
///
/// May import: `io.yolofit.base.yaml` and `io.yolofit.data.dataset`.
package io.yolofit.train.advice;
