/// Datasets: the YAML, the images of each split, their labels, and a report of everything that is not used.
///
/// Reading order: [Dataset] and [DatasetYaml], [Split], [ImageSources] and [ImageList] (YAML to image paths),
/// [LabelPath] and [LabelFinder] (image path to label file), [LabelFile] and [LabelRow] (label file to [Label]s),
/// [Scanner] (all images of a split, in parallel), [ScanReport] (with [Problem]s), [ScanCache].
///
/// May import: `io.yolofit.base`, `io.yolofit.base.file`, `io.yolofit.base.yaml`, `io.yolofit.data.files`,
/// `io.yolofit.data.image` and `com.fasterxml.jackson`.
///
/// Label files have rows `class cx cy w h`, `class x1 y1 x2 y2 x3 y3 ...` (a polygon) or, under `kpt_shape`,
/// `class cx cy w h` and key points (which are not used), all but the class as fractions of the upright image's width
/// and height.
package io.yolofit.data.dataset;
