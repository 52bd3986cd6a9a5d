/// The user's files: names whose bytes are kept, text that is checked to be UTF-8, reasons of failures, and folders of
/// images.
///
/// Reading order: [FileNames] (names as bytes and as keys), [FolderListing], [PathFinder] (names in another case or
/// normalization), [ImageFormats], [ImageFolder] (all images below a folder, and what is skipped), [UserText],
/// [FileFailure], [SimilarPath], [Fingerprint].
///
/// May import: `io.yolofit.base` (its [io.yolofit.base.DidYouMean]).
///
/// Nothing here writes to a file.
package io.yolofit.data.files;
