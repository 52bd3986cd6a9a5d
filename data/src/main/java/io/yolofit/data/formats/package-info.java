/// Readers of annotations in other formats. They report what a file says, in its own coordinates and names.
///
/// Reading order: [AnnotationFormat]; [AnnotationFiles] (which files a path means, and their format); `CocoReader` with
/// `CocoMask`, `CreateMlReader`, `LabelMeReader`, `LabelStudioReader`, `VocReader`, `CvatReader` and
/// `YoloExportReader`, on `JsonSource`; `SplitNames` (splits that the source defines); [RawSet], [RawImage] and
/// [RawObject] (the result); [Tally] and [DropReason].
///
/// Every annotation that is read is kept, or dropped with a reason; the tally counts both. Nothing here writes to a
/// file.
///
/// May import: `io.yolofit.base`, `io.yolofit.data.dataset`, `io.yolofit.data.files`, `com.fasterxml.jackson`,
/// `org.w3c.dom` and `org.xml.sax`.
package io.yolofit.data.formats;
