/// Boxes, polygons and projective maps in pixel coordinates, shared by augmentation and letterboxing.
///
/// Reading order: [Box], [Polygon], [Homography].
///
/// May import: nothing but the JDK.
/// The origin is the image's top-left corner, x grows to the right, y grows downwards; lengths are in pixels unless
/// stated otherwise.
package io.yolofit.data.geometry;
