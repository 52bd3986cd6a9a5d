package io.yolofit.data.augment;

/// Where a sample's images come from.
public interface SourceImages {
    /// The sample's own image; the caller closes it.
    LabeledPixels own();

    /// Another image, chosen by the random; the caller closes it.
    LabeledPixels partner(RandomStream random);
}
