package io.yolofit.data.augment;

/// Augmentation options of training; names and defaults are those of the recipe (`hsv_h` and so on).
///
/// @param hsvH largest change of hue, as a fraction of the hue circle
/// @param hsvS largest relative change of saturation
/// @param hsvV largest relative change of value
/// @param degrees largest rotation in degrees, in either direction
/// @param translate largest shift, as a fraction of the image
/// @param scale the zoom factor is uniform in [1 - scale, 1 + scale]
/// @param shear largest shear angle in degrees
/// @param perspective largest perspective coefficient, such as 0.001
/// @param flipud probability of a vertical flip
/// @param fliplr probability of a horizontal flip
/// @param bgr probability of swapping the red and blue channels
/// @param mosaic probability of a mosaic of four images
/// @param mixup probability of blending with a second sample
/// @param cutmix probability of pasting a rectangle of a second sample
/// @param copyPaste fraction of an image's polygon objects that are pasted a second time, flipped horizontally
public record Augmentation(double hsvH, double hsvS, double hsvV, double degrees, double translate, double scale,
                           double shear, double perspective, double flipud, double fliplr, double bgr,
                           double mosaic, double mixup, double cutmix, double copyPaste) {
    public Augmentation {
        requireWithin("hsv_h", hsvH, 1);
        requireWithin("hsv_s", hsvS, 1);
        requireWithin("hsv_v", hsvV, 1);
        requireWithin("degrees", degrees, 360);
        requireWithin("translate", translate, 1);
        requireWithin("scale", scale, 1);
        requireWithin("shear", shear, 89);
        requireWithin("perspective", perspective, 0.001);
        requireWithin("flipud", flipud, 1);
        requireWithin("fliplr", fliplr, 1);
        requireWithin("bgr", bgr, 1);
        requireWithin("mosaic", mosaic, 1);
        requireWithin("mixup", mixup, 1);
        requireWithin("cutmix", cutmix, 1);
        requireWithin("copy_paste", copyPaste, 1);
    }

    private static void requireWithin(String option, double value, double largest) {
        if (!(value >= 0 && value <= largest)) {
            throw new IllegalArgumentException("%s=%s: give a number from 0 to %s".formatted(option, value, largest));
        }
    }

    /// The recipe's defaults.
    public static Augmentation defaults() {
        return new Augmentation(0.015, 0.7, 0.4, 0, 0.1, 0.5, 0, 0, 0, 0.5, 0, 1, 0, 0, 0);
    }

    /// No augmentation: images are only letterboxed.
    public static Augmentation none() {
        return new Augmentation(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    /// The augmentation of the last `close_mosaic` epochs: no mosaic, mixup, cutmix or copy-paste.
    public Augmentation withoutMosaic() {
        return new Augmentation(hsvH, hsvS, hsvV, degrees, translate, scale, shear, perspective, flipud, fliplr, bgr,
                0, 0, 0, 0);
    }

    /// The augmentation of rectangular batches (`rect`): no mosaic and no second sample, which would need the same
    /// shape.
    public Augmentation forRectangles() {
        return withoutMosaic();
    }

    /// Whether a sample may combine several images.
    public boolean joinsImages() {
        return mosaic > 0 || mixup > 0 || cutmix > 0;
    }
}
