package io.yolofit.data.formats;

import io.yolofit.data.image.TestImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.opencv.opencv_core.Mat;

/// Annotation files and images for the tests of readers and of the import.
public final class Sources {
    private Sources() {
    }

    /// Writes a text file; folders are created.
    public static Path text(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes an image of 64 x 48 pixels.
    public static Path image(Path file) {
        return image(file, 48, 64);
    }

    public static Path image(Path file, int height, int width) {
        try (Mat pixels = TestImages.gradient(height, width)) {
            Files.createDirectories(file.getParent());
            return TestImages.write(file, pixels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A COCO file with the classes cat (id 3) and dog (id 7).
    ///
    /// @param images      entries such as `{"id":1,"file_name":"a.jpg"}`
    /// @param annotations entries
    public static String coco(List<String> images, List<String> annotations) {
        return """
                {"info":{"year":2026},"images":[%s],"annotations":[%s],
                 "categories":[{"id":7,"name":"dog"},{"id":3,"name":"cat"}]}
                """.formatted(String.join(",", images), String.join(",", annotations));
    }

    /// An image entry of 64 x 48 pixels.
    public static String entry(int id, String name) {
        return "{\"id\":%d,\"file_name\":\"%s\",\"width\":64,\"height\":48}".formatted(id, name);
    }

    /// An annotation of an image with a box.
    public static String box(int id, int image, int category, String box) {
        return "{\"id\":%d,\"image_id\":%d,\"category_id\":%d,\"iscrowd\":0,\"bbox\":%s}".formatted(id, image, category,
                box);
    }

    /// A VOC file.
    ///
    /// @param head    of the annotation, such as the file name and size
    /// @param objects such as [#object(String, String)]
    public static String voc(String head, String... objects) {
        return "<annotation>" + head + String.join("", objects) + "</annotation>";
    }

    /// The elements of a file name and of the size 64 x 48.
    public static String head(String name) {
        return "<filename>%s</filename><size><width>64</width><height>48</height></size>".formatted(name);
    }

    /// @param corners `xmin ymin xmax ymax`
    public static String object(String name, String corners, String... more) {
        String[] values = corners.split(" ");
        return "<object><name>%s</name>%s<bndbox><xmin>%s</xmin><ymin>%s</ymin><xmax>%s</xmax><ymax>%s</ymax></bndbox>"
                .formatted(name, String.join("", more), values[0], values[1], values[2], values[3]) + "</object>";
    }

    /// The numbers of dropped annotations by reason.
    public static Map<DropReason, Long> dropped(Tally tally) {
        return tally.droppedAnnotations().stream()
                .collect(Collectors.toMap(Tally.Dropped::reason, Tally.Dropped::count));
    }

    /// The numbers of dropped images by reason.
    public static Map<DropReason, Long> droppedImages(Tally tally) {
        return tally.droppedImages().stream().collect(Collectors.toMap(Tally.Dropped::reason, Tally.Dropped::count));
    }
}
