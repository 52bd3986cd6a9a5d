package io.yolofit.data.importing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.SplitScan;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes a data set as COCO: `annotations/instances_<split>.json`, and the images in `<split>`. Ids count from 1
/// within a file; boxes are in pixels with six decimals; polygons become `segmentation`.
public final class CocoExport {
    private static final double DECIMALS = 1e6;

    private CocoExport() {
    }

    /// Throws [io.yolofit.data.dataset.DatasetException] if the folder is in use or has the source in it.
    ///
    /// @param scans of the splits, by name
    /// @param yaml  the exported data set, for the report
    public static void write(Map<String, SplitScan> scans, Path yaml, DatasetFolder.Place place) throws IOException {
        List<Path> sources = new ArrayList<>(List.of(yaml));
        scans.values().forEach(scan -> scan.images().forEach(image -> sources.add(image.path())));
        try (DraftFolder draft = DraftFolder.open(place.folder(), place.reuse(), sources)) {
            Path annotations = Files.createDirectory(draft.path().resolve("annotations"));
            Map<String, Integer> images = new LinkedHashMap<>();
            for (SplitScan scan : scans.values()) {
                Map<LabeledImage, Path> paths = OutputImages.paths(scan.images());
                for (Map.Entry<LabeledImage, Path> entry : paths.entrySet()) {
                    OutputImages.place(entry.getKey().path(), draft.path().resolve(scan.split())
                            .resolve(entry.getValue()), place.link());
                }
                try (var out = new BufferedOutputStream(Files.newOutputStream(
                        annotations.resolve("instances_" + scan.split() + ".json")));
                        JsonGenerator json = new JsonFactory().createGenerator(out)) {
                    write(scan, paths, json);
                }
                images.put(scan.split(), scan.images().size());
            }
            try (var out = Files.newOutputStream(draft.path().resolve(DraftFolder.MARKER));
                    JsonGenerator json = new JsonFactory().createGenerator(out).useDefaultPrettyPrinter()) {
                json.writeStartObject();
                json.writeStringField("source", yaml.toString());
                json.writeStringField("format", "coco");
                for (Map.Entry<String, Integer> split : images.entrySet()) {
                    json.writeNumberField(split.getKey(), split.getValue());
                }
                json.writeEndObject();
            }
            draft.commit();
        }
    }

    private static void write(SplitScan scan, Map<LabeledImage, Path> paths, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("images");
        int id = 1;
        for (LabeledImage image : scan.images()) {
            json.writeStartObject();
            json.writeNumberField("id", id++);
            json.writeStringField("file_name", paths.get(image).toString().replace('\\', '/'));
            json.writeNumberField("width", image.width());
            json.writeNumberField("height", image.height());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("annotations");
        int annotation = 1;
        for (int i = 0; i < scan.images().size(); i++) {
            for (Label label : scan.images().get(i).labels()) {
                write(label, scan.images().get(i), annotation++, i + 1, json);
            }
        }
        json.writeEndArray();
        json.writeArrayFieldStart("categories");
        for (int i = 0; i < scan.names().size(); i++) {
            json.writeStartObject();
            json.writeNumberField("id", i + 1);
            json.writeStringField("name", scan.names().get(i));
            json.writeStringField("supercategory", "");
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(Label label, LabeledImage image, int id, int imageId, JsonGenerator json)
            throws IOException {
        double width = (double) label.width() * image.width();
        double height = (double) label.height() * image.height();
        json.writeStartObject();
        json.writeNumberField("id", id);
        json.writeNumberField("image_id", imageId);
        json.writeNumberField("category_id", label.category() + 1);
        json.writeArrayFieldStart("bbox");
        for (double value : new double[] {(double) label.centerX() * image.width() - width / 2,
                (double) label.centerY() * image.height() - height / 2, width, height}) {
            json.writeNumber(rounded(value));
        }
        json.writeEndArray();
        json.writeNumberField("area", rounded(label.hasPolygon() ? area(label, image) : width * height));
        json.writeNumberField("iscrowd", 0);
        json.writeArrayFieldStart("segmentation");
        if (label.hasPolygon()) {
            json.writeStartArray();
            for (int i = 0; i < label.polygon().length; i++) {
                json.writeNumber(rounded((double) label.polygon()[i] * (i % 2 == 0 ? image.width() : image.height())));
            }
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /// The area of the polygon in square pixels: half the sum of the cross products of its corners.
    private static double area(Label label, LabeledImage image) {
        float[] points = label.polygon();
        double sum = 0;
        for (int i = 0; i < points.length; i += 2) {
            int next = (i + 2) % points.length;
            sum += (double) points[i] * points[next + 1] - (double) points[next] * points[i + 1];
        }
        return Math.abs(sum) / 2 * image.width() * image.height();
    }

    private static double rounded(double value) {
        return Math.rint(value * DECIMALS) / DECIMALS;
    }
}
