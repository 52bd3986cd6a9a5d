package io.yolofit.data.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.files.FileNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads LabelMe files, one per image. A circle is given by its center and a point on it; rectangles, polygons and
/// masks are the bounds of their points; points and lines have no box. The embedded image is not read.
final class LabelMeReader {
    private final Path file;
    private final RawSet set;
    private final List<Shape> shapes = new ArrayList<>();
    private String imagePath = "";
    private int width;
    private int height;

    private LabelMeReader(Path file, RawSet set) {
        this.file = file;
        this.set = set;
    }

    private record Shape(String label, String type, List<List<Double>> points, boolean malformed) {}

    static void read(Path file, String split, RawSet set) {
        LabelMeReader reader = new LabelMeReader(file, set);
        try {
            JsonSource.readAll(file, json -> {
                json.nextToken();
                return JsonSource.fields(json, name -> reader.field(name, json));
            });
        } catch (DatasetException e) {
            set.tally().image();
            set.tally().dropImage(DropReason.DAMAGED_FILE, e.getMessage());
            return;
        }
        String name = reader.imagePath.isBlank() ? FileNames.stem(file.getFileName().toString()) : reader.imagePath;
        RawImage image = new RawImage(name, file, split, reader.width, reader.height);
        set.add(image);
        reader.shapes.forEach(shape -> reader.add(shape, image));
    }

    private void field(String name, JsonParser json) throws IOException {
        switch (name) {
            case "imagePath" -> imagePath = JsonSource.scalar(json).orElse("");
            case "imageWidth" -> width = JsonSource.size(json);
            case "imageHeight" -> height = JsonSource.size(json);
            case "shapes" -> {
                if (json.currentToken() == JsonToken.START_ARRAY) {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        shapes.add(shape(json));
                    }
                } else {
                    if (json.currentToken() != JsonToken.VALUE_NULL) {
                        shapes.add(new Shape("", "", List.of(), true)); // whatever it is, the image has objects
                    }
                    json.skipChildren();
                }
            }
            default -> json.skipChildren();
        }
    }

    private static Shape shape(JsonParser json) throws IOException {
        String[] texts = {"", "polygon"};
        List<List<Double>> points = new ArrayList<>();
        boolean[] wrong = new boolean[1];
        JsonSource.fields(json, name -> {
            switch (name) {
                case "label" -> texts[0] = JsonSource.scalar(json).orElse("");
                case "shape_type" -> texts[1] = JsonSource.scalar(json).orElse("");
                case "points" -> {
                    wrong[0] = json.currentToken() != JsonToken.START_ARRAY;
                    while (!wrong[0] && json.nextToken() != JsonToken.END_ARRAY) {
                        points.add(JsonSource.numbers(json).filter(point -> point.size() == 2).orElse(List.of()));
                    }
                }
                default -> json.skipChildren();
            }
        });
        return new Shape(texts[0].strip(), texts[1], points, wrong[0] || points.stream().anyMatch(List::isEmpty));
    }

    private void add(Shape shape, RawImage image) {
        set.tally().annotation();
        String place = "shape " + (shapes.indexOf(shape) + 1);
        String where = file + ": " + place;
        if (shape.malformed) {
            set.drop(image, DropReason.MALFORMED, where);
        } else if (shape.label.isEmpty()) {
            set.drop(image, DropReason.UNKNOWN_CLASS, where + " has no label");
        } else if (List.of("point", "points", "line", "linestrip").contains(shape.type) || shape.points.size() < 2) {
            set.drop(image, DropReason.NO_REGION, where + ", " + shape.type);
        } else {
            image.objects().add(bounds(shape).box(shape.label, place));
        }
    }

    private static Bounds bounds(Shape shape) {
        Bounds bounds = new Bounds();
        if (shape.type.equals("circle")) {
            List<Double> center = shape.points.getFirst();
            List<Double> edge = shape.points.get(1);
            double radius = Math.hypot(edge.get(0) - center.get(0), edge.get(1) - center.get(1));
            return bounds.add(center.get(0) - radius, center.get(1) - radius)
                    .add(center.get(0) + radius, center.get(1) + radius);
        }
        shape.points.forEach(bounds::addAll);
        return bounds;
    }
}
