/// A generated dataset, to try everything without a download: coloured shapes on noisy grounds.
///
/// Reading order: [DemoDataset], [DemoImage] (one picture), [Shape]. May import `augment` (its draws), `image` and
/// `geometry`.
package io.yolofit.data.demo;
