package io.yolofit.data.formats;

/// Why an annotation or an image of the source is not in the data set.
public enum DropReason {
    CROWD("a crowd region (iscrowd)", true),
    DIFFICULT("marked difficult; difficult=true keeps these", true),
    MALFORMED("malformed: no box of four numbers", true),
    NOT_FINITE("NaN or infinite coordinates", true),
    NEGATIVE_SIZE("negative width or height", true),
    NO_AREA("a box without area", true),
    NO_REGION("a point, line or mask of a brush, which has no box", true),
    OF_WHOLE_IMAGE("a tag, choice, text or relation, which is no region"),
    OUT_OF_VIEW("marked as outside the view"),
    ROTATED_VIEW("drawn while the image was rotated in the tool", true),
    OUTSIDE("outside the image", true),
    UNKNOWN_CLASS("a class that the file does not define", true),
    OTHER_CLASS("a class that names= does not list"),
    UNKNOWN_IMAGE("of an image that the file does not list"),
    DUPLICATE("the same class and box as another one of the image"),
    OTHER_ANNOTATION("of an annotation that was skipped, or of another annotator than the one that is used"),
    OF_DROPPED_IMAGE("of a dropped image"),
    /// From here on: reasons of images.
    UNNAMED_IMAGE("an image entry without file name or id"),
    AMBIGUOUS_ID("several images have this id, so its objects may be of any of them"),
    NOT_ANNOTATED("a task without a finished annotation"),
    DAMAGED_FILE("an annotation file that cannot be read"),
    MISSING_IMAGE("the image file was not found"),
    SEVERAL_IMAGES("several image files have this name"),
    REPEATED_IMAGE("another entry of the same image; their objects were merged"),
    NO_USABLE_OBJECT("no annotation of its objects could be used, so it is no background"),
    UNUSABLE_IMAGE("the image file cannot be used");

    private final String text;
    private final boolean object;

    DropReason(String text) {
        this(text, false);
    }

    DropReason(String text, boolean object) {
        this.text = text;
        this.object = object;
    }

    /// Whether a dropped annotation marks an object that is visible in the image: without any label, the image would
    /// teach that there is none. Classes that `names=` leaves out are no such objects: the user wants them to be
    /// background.
    public boolean marksObject() {
        return object;
    }

    /// The reason in words.
    public String text() {
        return text;
    }
}
