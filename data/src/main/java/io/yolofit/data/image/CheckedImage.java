package io.yolofit.data.image;

/// The content of a JPEG or PNG whose structure was checked.
///
/// @param content the file, or a repaired copy of it, which a decoder accepts without a warning
record CheckedImage(ImageHeader header, byte[] content) {
}
