/// Single images: headers, decoding to 8-bit RGB, resizing and letterboxing, on OpenCV.
///
/// Reading order: [RgbImage] (decoded pixels in native memory), [ImageHeader] (size and completeness),
/// [JpegFile] and [JpegScan] (damaged JPEGs are found and repaired), [PngFile], [RasterSize], [Letterbox]
/// (placement in the network's input, and its inverse), [GrayThumbnail], [Mats] (OpenCV matrices over our memory).
///
/// May import: `io.yolofit.base`, `io.yolofit.data.geometry` and `org.bytedeco`.
///
/// Pixels are RGB, one byte per channel, in row-major order: `[height, width, 3]`.
package io.yolofit.data.image;
