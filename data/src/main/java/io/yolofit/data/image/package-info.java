/// Single images: headers, decoding to 8-bit RGB, resizing and letterboxing, on OpenCV.
///
/// Reading order: [RgbImage] (decoded pixels off the heap), [ImageHeader] (size without decoding), [Letterbox] (where
/// the pixels go in the network's input, and the way back), [Mats] (OpenCV matrices over our memory). May import
/// `geometry`. Pixels are RGB, one byte each, row by row: `[height, width, 3]`.
package io.yolofit.data.image;
