/// GPUs that can be planned for without being present, from `gpus.yaml`.
///
/// Reading order: [GpuModel], [GpuCatalog].
///
/// May import: `io.yolofit.base`, `io.yolofit.base.yaml` and `io.yolofit.train.plan.time`.
package io.yolofit.train.plan.gpu;
