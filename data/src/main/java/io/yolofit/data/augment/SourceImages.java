package io.yolofit.data.augment;

/// The source images of one sample.
public interface SourceImages {
    /// The sample's own image; the caller closes it.
    LabeledPixels own();

    /// Another image, chosen with the random stream; the caller closes it.
    LabeledPixels partner(RandomStream random);
}
