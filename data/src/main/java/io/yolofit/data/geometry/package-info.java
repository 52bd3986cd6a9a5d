/// Boxes, polygons and projective maps in pixel coordinates: the arithmetic that augmentation and letterboxing share.
///
/// Reading order: [Box], [Polygon], [Homography]. Imports nothing of ours.
/// The origin is the image's top-left corner, x grows to the right, y grows downwards; lengths are pixels unless said
/// otherwise.
package io.yolofit.data.geometry;
