/// Architectures as data: YAML files of our own with named fields, or the row form that users' model files have.
///
/// Reading order: [Architecture], [LayerSpec], [Arguments], [ArchitectureReader], [ArchitectureCatalog].
///
/// May import: snakeyaml-engine and the JDK.
package io.yolofit.zoo.architecture;
