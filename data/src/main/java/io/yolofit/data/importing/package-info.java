/// Import of annotations in other formats into the data set model, and export to COCO.
///
/// Reading order: [ImportRequest] and [DatasetImport] (read, locate images, convert boxes, split); `ImageLocator`
/// (names to files), `BoxConverter` (pixels to fractions), [SplitShares] and `StratifiedSplit`; [DatasetFolder] and
/// [CocoExport] write, through `DraftFolder`; [DataSource] is the entry point of commands that only use a data set.
///
/// The source is never written to. A folder is written as a draft and renamed when it is complete.
///
/// May import: `io.yolofit.base`, `io.yolofit.data.dataset`, `io.yolofit.data.files`, `io.yolofit.data.formats`,
/// `io.yolofit.data.image` and `com.fasterxml.jackson`.
package io.yolofit.data.importing;
