/// Whether a run is bound by data loading or by its device, predicted before it starts and measured while it runs.
///
/// Reading order: [Bound] (the verdict), [LoaderSetting] and [LoadingMachine] (what can be changed), [LoadingForecast]
/// (the prediction), [LoadingAdvice] (which setting to change in a run).
///
/// May import: `io.yolofit.data.batch`, `io.yolofit.data.cache`, `io.yolofit.data.dataset`,
/// `io.yolofit.data.throughput` and `io.yolofit.train.options`.
package io.yolofit.train.plan.loading;
