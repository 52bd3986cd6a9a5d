/// A generated dataset of colored shapes on noisy backgrounds, for a first run without a download.
///
/// Reading order: [DemoDataset], [DemoImage] (one image), [Shape].
///
/// May import: `io.yolofit.data.augment` (its [io.yolofit.data.augment.RandomStream]), `io.yolofit.data.geometry`,
/// `io.yolofit.data.image` and `org.bytedeco`.
package io.yolofit.data.demo;
