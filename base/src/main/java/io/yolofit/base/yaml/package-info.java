/// YAML with positions: every message about a file names its line.
///
/// Reading order: [YamlText] (the text of a file as nodes or as plain values), [YamlNode] (a value with its place),
/// [YamlException] (text that is not YAML).
///
/// May import: `io.yolofit.base` and `org.snakeyaml.engine`.
package io.yolofit.base.yaml;
