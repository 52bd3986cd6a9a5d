package io.yolofit.data.formats;

/// Why an annotation or an image of the source is not in the data set.
public enum DropReason {
    CROWD("a crowd region (iscrowd)"),
    DIFFICULT("marked difficult; difficult=true keeps these"),
    MALFORMED("malformed: no box of four numbers"),
    NOT_FINITE("NaN or infinite coordinates"),
    NEGATIVE_SIZE("negative width or height"),
    NO_AREA("a box without area"),
    NO_REGION("a point, line, text, mask of a brush or tag of the image, which has no box"),
    OUT_OF_VIEW("marked as outside the view"),
    ROTATED_VIEW("drawn while the image was rotated in the tool"),
    OUTSIDE("outside the image"),
    UNKNOWN_CLASS("a class that the file does not define"),
    OTHER_CLASS("a class that names= does not list"),
    UNKNOWN_IMAGE("of an image that the file does not list"),
    DUPLICATE("the same class and box as another one of the image"),
    OTHER_ANNOTATION("of an annotation that was skipped, or of another annotator than the one that is used"),
    OF_DROPPED_IMAGE("of a dropped image"),
    /// From here on: reasons of images.
    UNNAMED_IMAGE("an image entry without file name or id"),
    NOT_ANNOTATED("a task without a finished annotation"),
    DAMAGED_FILE("an annotation file that cannot be read"),
    MISSING_IMAGE("the image file was not found"),
    SEVERAL_IMAGES("several image files have this name"),
    REPEATED_IMAGE("another entry of the same image; their objects were merged"),
    UNUSABLE_IMAGE("the image file cannot be used");

    private final String text;

    DropReason(String text) {
        this.text = text;
    }

    /// The reason in words.
    public String text() {
        return text;
    }
}
