/// From loaded images to one training sample: mosaic, affine, mixup, cutmix, copy-paste, color, flips.
///
/// Reading order: [Augmentation] (the options), [RandomStream] (random numbers that depend on their key alone),
/// [LabeledPixels] and [Target], [Augmenter] (the order of it all, one screen), then the steps: [Mosaic], [CopyPaste],
/// [RandomAffine], [MixUp], [CutMix], [HsvJitter]. May import `image`, `dataset` and `geometry`.
///
/// All follow the recipe, section "Data". A sample is resampled once, by [RandomAffine], after its images were loaded.
/// Pixels are made at the end, a few rows at a time ([PixelRows]): a [PatchCanvas] says where images lie, a
/// [LazySample] how it was moved, [AxisAlignedWarp] or [MatRows] give rows, [HsvJitter] colors them, and [RowWriter]
/// writes the batch.
package io.yolofit.data.augment;
