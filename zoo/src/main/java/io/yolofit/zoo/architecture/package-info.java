/// Architectures as data: YAML files with named fields, or with the positional rows of customary model files.
///
/// Reading order: [Architecture], [Scale], [LayerSpec], [Arguments], [ArchitectureReader], [ArchitectureCatalog],
/// with `ScaleRule` for the scale of a file.
///
/// May import: `io.yolofit.base`, `io.yolofit.base.yaml`, `io.yolofit.graph.op` and the JDK.
package io.yolofit.zoo.architecture;
