/// The house rules of CONTRIBUTING.md that are about dependencies, output and state, checked by ArchUnit on the classes
/// of every module. They are in `bench` because it is built after all modules with classes; the rules about sources are
/// in `app`.
///
/// Reading order: `ArchitectureTest` (the rules, each on all classes), `ArchitectureRules`, `PackageInfo`. The classes
/// in `sample` break the rules.
package io.yolofit.house;
