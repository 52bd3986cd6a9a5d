/// A generated dataset, to try everything without a download: colored shapes on noisy grounds.
///
/// Reading order: [DemoDataset], [DemoImage] (one picture), [Shape]. May import `augment` (its random), `image` and
/// `geometry`.
package io.yolofit.data.demo;
