package io.yolofit.data.formats;

/// The formats of annotations that can be imported.
public enum AnnotationFormat {
    COCO("COCO JSON"),
    VOC("Pascal VOC XML"),
    CVAT("CVAT XML"),
    LABELME("LabelMe JSON"),
    CREATEML("CreateML JSON"),
    LABEL_STUDIO("Label Studio JSON"),
    /// A folder of YOLO label files without a data set YAML, as CVAT and Label Studio export it.
    YOLO("YOLO label files");

    private final String title;

    AnnotationFormat(String title) {
        this.title = title;
    }

    public String title() {
        return title;
    }
}
