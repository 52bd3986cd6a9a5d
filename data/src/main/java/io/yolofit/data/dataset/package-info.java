/// Datasets: the YAML, the images of each split, their labels, and a report of everything that is not used.
///
/// Reading order: [Dataset] and [DatasetYaml], [Split] and [ImageSources] (YAML to image paths), [LabelPath] and
/// [LabelFile] (image path to [Label]s), [Scanner] (all images of a split, in parallel, with [Problem]s), [ScanCache].
///
/// May import `io.yolofit.data.image`, `io.yolofit.graph` (its [io.yolofit.graph.DidYouMean]), `com.fasterxml.jackson`
/// and `org.snakeyaml`.
///
/// Label files have rows `class cx cy w h` or `class x1 y1 x2 y2 x3 y3 ...` (a polygon), all but the class as fractions
/// of the upright image's width and height.
package io.yolofit.data.dataset;
