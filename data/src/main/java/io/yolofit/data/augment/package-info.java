/// From loaded images to one training sample: mosaic, affine, mixup, cutmix, copy-paste, colour, flips.
///
/// Reading order: [Augmentation] (the options), [Draws] (random numbers that depend on their key alone), [Scene] and
/// [Target], [Augmenter] (the order of it all, one screen), then the steps: [Mosaic], [CopyPaste], [RandomAffine],
/// [MixUp], [CutMix], [HsvJitter]. May import `image`, `dataset` and `geometry`.
///
/// All follow the recipe, section "Data". A sample is resampled once, by [RandomAffine], after its images were loaded.
/// Pixels are made at the end, a few rows at a time ([PixelRows]): a [Collage] says where images lie, a [Rendering] how
/// it was moved, [UprightWarp] or [MatRows] give rows, [HsvJitter] colours them, and [RowWriter] writes the batch.
package io.yolofit.data.augment;
