/// GPUs that can be planned for without being present, from `gpus.yaml`.
///
/// Reading order: [GpuModel], [GpuCatalog].
///
/// May import: `io.yolofit.base`, `io.yolofit.train.plan.time` and `org.snakeyaml.engine`.
package io.yolofit.train.plan.gpu;
