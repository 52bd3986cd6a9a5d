package io.yolofit.data.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.yolofit.base.Failure;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.files.ImageFormats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Reads Label Studio's own JSON: a list of tasks, each with an image and the annotations of one or more annotators.
///
/// Of the annotations of a task, the ground truth is used, or else the last one that was not skipped; results of the
/// others are dropped. A region has coordinates in percent of the image's size. Rectangles may be rotated about their
/// top left corner, ellipses about their center; polygons become their bounds. A region with several labels is an
/// object for each of them. Choices, texts, key points and brush masks have no box. Predictions are not read.
final class LabelStudioReader {
    private static final double PERCENT = 100;
    private static final ObjectMapper TREES = new ObjectMapper();

    private final Path file;
    private final RawSet set;
    private long predictions;

    private LabelStudioReader(Path file, RawSet set) {
        this.file = file;
        this.set = set;
    }

    static void read(Path file, String split, RawSet set) {
        LabelStudioReader reader = new LabelStudioReader(file, set);
        JsonSource.readAll(file, json -> {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw new DatasetException(Failure.naming(file, file
                        + " is not an export of Label Studio: it is no list of tasks", ""));
            }
            reader.tasks(json, split);
            return true;
        });
        if (reader.predictions > 0) {
            set.notes().add("%s: %d predictions of models are not read".formatted(file, reader.predictions));
        }
    }

    private void tasks(JsonParser json, String split) throws IOException {
        for (int number = 1; json.nextToken() != JsonToken.END_ARRAY; number++) {
            task(TREES.readTree(json), split, "task " + number);
        }
    }

    private void task(JsonNode task, String split, String place) {
        String name = image(task.path("data")).orElse("");
        String where = "%s: %s%s".formatted(file, place, name.isEmpty() ? "" : " (" + name + ")");
        JsonNode annotations = task.has("annotations") ? task.get("annotations") : task.path("completions");
        predictions += task.path("predictions").size();
        Optional<JsonNode> used = used(annotations);
        set.tally().image();
        for (JsonNode annotation : annotations) {
            if (used.isEmpty() || annotation != used.get()) {
                others(annotation, used.isEmpty(), where);
            }
        }
        if (name.isBlank()) {
            set.tally().dropImage(DropReason.UNNAMED_IMAGE, where + " has no image in 'data'");
        } else if (used.isEmpty()) {
            set.tally().dropImage(DropReason.NOT_ANNOTATED, where);
        }
        if (used.isPresent()) {
            results(used.get().path("result"), name, split, where);
        }
    }

    /// The name of the image: `image`, or else the only text that has the extension of an image.
    private static Optional<String> image(JsonNode data) {
        if (data.path("image").isTextual()) {
            return Optional.of(data.get("image").textValue()).filter(text -> !text.isBlank());
        }
        List<String> names = StreamSupport.stream(data.spliterator(), false).filter(JsonNode::isTextual)
                .map(JsonNode::textValue).filter(LabelStudioReader::isImage).toList();
        return names.size() == 1 ? Optional.of(names.getFirst()) : Optional.empty();
    }

    /// With its query, as in `/data/local-files/?d=a.jpg`, or without it.
    private static boolean isImage(String text) {
        return Stream.of(text, text.replaceFirst("[?#].*", "")).map(name -> name.replaceAll("[^\\w.]+", "_"))
                .anyMatch(name -> ImageFormats.isReadable(Path.of(name)));
    }

    private static Optional<JsonNode> used(JsonNode annotations) {
        List<JsonNode> open = StreamSupport.stream(annotations.spliterator(), false).filter(JsonNode::isObject)
                .filter(one -> !one.path("was_cancelled").asBoolean() && !one.path("skipped").asBoolean()).toList();
        return open.stream().filter(one -> one.path("ground_truth").asBoolean()).findFirst()
                .or(() -> open.isEmpty() ? Optional.empty() : Optional.of(open.getLast()));
    }

    private void others(JsonNode annotation, boolean none, String where) {
        for (JsonNode result : annotation.path("result")) {
            labels(result).forEach(_ -> {
                set.tally().annotation();
                set.drop(none ? DropReason.OF_DROPPED_IMAGE : DropReason.OTHER_ANNOTATION, where);
            });
        }
    }

    private void results(JsonNode results, String name, String split, String where) {
        Optional<JsonNode> sized = StreamSupport.stream(results.spliterator(), false).filter(result ->
                side(result, "original_width") > 0 && side(result, "original_height") > 0).findFirst();
        RawImage image = sized.isPresent() ? new RawImage(name, file, split, side(sized.get(), "original_width"),
                side(sized.get(), "original_height")) : RawImage.ofFractions(name, file, split);
        if (!name.isBlank()) {
            set.images().add(image);
        }
        if (!results.isArray() && !results.isNull() && !results.isMissingNode()) {
            set.tally().annotation();
            set.drop(image, name.isBlank() ? DropReason.OF_DROPPED_IMAGE : DropReason.MALFORMED, where
                    + ", 'result' is no list");
            return;
        }
        int number = 0;
        for (JsonNode result : results) {
            number++;
            String place = "result " + number;
            for (String label : labels(result)) {
                set.tally().annotation();
                String there = "%s, %s, %s".formatted(where, place, result.path("type").asText("without type"));
                Optional<DropReason> reason = name.isBlank() ? Optional.of(DropReason.OF_DROPPED_IMAGE)
                        : add(result, label, image, place);
                reason.ifPresent(dropped -> set.drop(image, dropped, there));
            }
        }
    }

    private static int side(JsonNode result, String name) {
        double value = result.path(name).asDouble();
        return value >= 1 && value <= Integer.MAX_VALUE ? (int) Math.rint(value) : 0;
    }

    /// The labels of a result, in the field that is named like its type (`rectanglelabels`) or in `labels`; one empty
    /// label if it has none.
    private static List<String> labels(JsonNode result) {
        JsonNode value = result.path("value");
        JsonNode own = value.path(result.path("type").asText());
        JsonNode list = own.isArray() ? own : value.path("labels");
        List<String> labels = new ArrayList<>();
        list.forEach(label -> labels.add(label.asText().strip()));
        return labels.isEmpty() ? List.of("") : labels;
    }

    /// Adds an object to the image.
    ///
    /// @return why it is dropped; empty if it is added
    private static Optional<DropReason> add(JsonNode result, String label, RawImage image, String place) {
        String type = result.path("type").asText();
        JsonNode value = result.path("value");
        String kind = kind(type, value);
        if (kind.isEmpty()) {
            return Optional.of(isRegion(type) ? DropReason.NO_REGION : DropReason.OF_WHOLE_IMAGE);
        }
        if (result.path("image_rotation").asDouble() != 0) {
            return Optional.of(DropReason.ROTATED_VIEW);
        }
        if (label.isEmpty()) {
            return Optional.of(DropReason.UNKNOWN_CLASS);
        }
        Optional<RawObject> box = object(kind, value, image, label, place);
        box.ifPresent(image.objects()::add);
        return box.isPresent() ? Optional.empty() : Optional.of(DropReason.MALFORMED);
    }

    /// Whether a result without a box marks a place in the image: `keypoint` and `brushlabels`, not `choices` or
    /// `textarea`.
    private static boolean isRegion(String type) {
        return type.endsWith("labels") || List.of("keypoint", "brush", "bitmask", "vector", "magicwand").contains(type);
    }

    /// The shape of a region: of results such as `rectanglelabels` by their type, of `labels` by their coordinates.
    private static String kind(String type, JsonNode value) {
        for (Map.Entry<String, String> shape : List.of(Map.entry("rectangle", "width"), Map.entry("polygon", "points"),
                Map.entry("ellipse", "radiusX"))) {
            if (type.startsWith(shape.getKey()) || type.equals("labels") && value.has(shape.getValue())) {
                return shape.getKey();
            }
        }
        return "";
    }

    /// Empty if a coordinate is missing, or if a rotation has no meaning because the image's size is unknown.
    private static Optional<RawObject> object(String kind, JsonNode value, RawImage image, String label,
            String place) {
        double width = image.fractions() ? 1 : image.width();
        double height = image.fractions() ? 1 : image.height();
        Bounds bounds = new Bounds();
        double angle = Math.toRadians(value.path("rotation").asDouble());
        if (angle != 0 && image.fractions()) {
            return Optional.empty();
        }
        switch (kind) {
            case "rectangle" -> {
                Optional<List<Double>> n = numbers(value, "x", "y", "width", "height");
                if (n.isPresent() && (angle == 0 || Math.min(n.get().get(2), n.get().get(3)) < 0)) {
                    return Optional.of(upright(n.get(), width, height, label, place));
                }
                n.ifPresent(corner -> rotated(bounds, corner, width, height, angle));
            }
            case "ellipse" -> numbers(value, "x", "y", "radiusX", "radiusY").ifPresent(n -> {
                double across = n.get(2) * width / PERCENT;
                double down = n.get(3) * height / PERCENT;
                double x = Math.hypot(across * Math.cos(angle), down * Math.sin(angle));
                double y = Math.hypot(across * Math.sin(angle), down * Math.cos(angle));
                double centerX = n.get(0) * width / PERCENT;
                double centerY = n.get(1) * height / PERCENT;
                bounds.add(centerX - x, centerY - y).add(centerX + x, centerY + y);
            });
            default -> {
                for (JsonNode point : value.path("points")) {
                    boolean pair = point.path(0).isNumber() && point.path(1).isNumber();
                    bounds.add(pair ? point.get(0).doubleValue() * width / PERCENT : Double.NaN,
                            pair ? point.get(1).doubleValue() * height / PERCENT : Double.NaN);
                }
            }
        }
        return bounds.isEmpty() ? Optional.empty() : Optional.of(bounds.box(label, place));
    }

    private static RawObject upright(List<Double> n, double width, double height, String label, String place) {
        double x = n.get(0) * width / PERCENT;
        double y = n.get(1) * height / PERCENT;
        return new RawObject(label, x, y, x + n.get(2) * width / PERCENT, y + n.get(3) * height / PERCENT, place);
    }

    /// Adds the corners of a rectangle that was rotated about its top left corner, clockwise.
    private static void rotated(Bounds bounds, List<Double> n, double width, double height, double angle) {
        double x = n.get(0) * width / PERCENT;
        double y = n.get(1) * height / PERCENT;
        double across = n.get(2) * width / PERCENT;
        double down = n.get(3) * height / PERCENT;
        for (double right : List.of(0.0, across)) {
            for (double below : List.of(0.0, down)) {
                bounds.add(x + right * Math.cos(angle) - below * Math.sin(angle),
                        y + right * Math.sin(angle) + below * Math.cos(angle));
            }
        }
    }

    private static Optional<List<Double>> numbers(JsonNode value, String... names) {
        List<Double> numbers = new ArrayList<>();
        for (String name : names) {
            if (value.path(name).isNumber()) {
                numbers.add(value.get(name).doubleValue());
            }
        }
        return numbers.size() == names.length ? Optional.of(numbers) : Optional.empty();
    }
}
