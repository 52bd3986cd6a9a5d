/// Advice for a data set and a device, as rules with their reasons in `advice.yaml`.
///
/// Reading order: [Situation] with [Hardware] and [ObjectSizes], [Rule], [AdviceRules].
///
/// May import: `io.yolofit.data.dataset` and `org.snakeyaml.engine`.
package io.yolofit.train.advice;
