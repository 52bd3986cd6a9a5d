/// Checks of a data set before training: unusable files, classes, object sizes, near-duplicates across splits.
///
/// Reading order: [DatasetCheck] (all checks), [Finding]; `ClassFindings`, `SizeFindings` with [ObjectProfile],
/// `DuplicateFindings`; [PictureHash] and [NearDuplicates] (images that look alike).
///
/// May import: `io.yolofit.base`, `io.yolofit.data.dataset` and `io.yolofit.data.image`.
package io.yolofit.data.check;
