package io.yolofit.data.augment;

/// Where a sample's images come from.
public interface Scenes {
    /// The sample's own image; the caller closes it.
    Scene own();

    /// Another image, chosen by the draws; the caller closes it.
    Scene partner(Draws draws);
}
