/// Augmentation, from loaded images to one training sample: mosaic, affine, mixup, cutmix, copy-paste, HSV, flips.
///
/// Reading order: [Augmentation] (the options), [RandomStream] (random numbers that depend on their key alone),
/// [LabeledPixels] and [Target], [Augmenter] (the order of the steps), then the steps: [Mosaic], [CopyPaste],
/// [RandomAffine], [MixUp], [CutMix], [HsvJitter].
///
/// May import: `io.yolofit.data.dataset`, `io.yolofit.data.geometry`, `io.yolofit.data.image` and `org.bytedeco`.
///
/// The steps follow the recipe, section "Data". A sample is resampled once, by [RandomAffine]. Its pixels are computed
/// last, a few rows at a time ([PixelRows]): a [PatchCanvas] places the source images, a [LazySample] adds the affine
/// map, [AxisAlignedWarp] or [MatRows] computes rows, [HsvJitter] changes their colors, and [RowWriter] writes them to
/// the batch.
package io.yolofit.data.augment;
