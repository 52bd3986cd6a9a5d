package io.yolofit.data.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.yolofit.base.Failure;
import io.yolofit.data.dataset.DatasetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// Reads a CreateML file: a list of images with their boxes, whose `x` and `y` are the center in pixels.
final class CreateMlReader {
    private static final double HALF = 0.5;

    private final Path file;
    private final RawSet set;

    private CreateMlReader(Path file, RawSet set) {
        this.file = file;
        this.set = set;
    }

    /// @param numbers center and size; a value is empty if it is missing or no number
    private record Box(String label, OptionalDouble[] numbers) {}

    static void read(Path file, String split, RawSet set) {
        CreateMlReader reader = new CreateMlReader(file, set);
        JsonSource.readAll(file, json -> {
            if (json.nextToken() != JsonToken.START_ARRAY) {
                throw new DatasetException(Failure.naming(file, file
                        + " is not a CreateML file: it is no list of images", ""));
            }
            while (json.nextToken() != JsonToken.END_ARRAY) {
                reader.image(json, split);
            }
            return true;
        });
    }

    private void image(JsonParser json, String split) throws IOException {
        String[] texts = {""};
        List<Box> boxes = new ArrayList<>();
        JsonSource.fields(json, name -> {
            switch (name) {
                case "image", "imagefilename", "filename" -> texts[0] = JsonSource.scalar(json).orElse("");
                case "annotations", "annotation" -> {
                    if (json.currentToken() == JsonToken.START_ARRAY) {
                        while (json.nextToken() != JsonToken.END_ARRAY) {
                            boxes.add(box(json));
                        }
                    } else {
                        if (json.currentToken() != JsonToken.VALUE_NULL) {
                            boxes.add(new Box("none", new OptionalDouble[] {OptionalDouble.empty()})); // malformed
                        }
                        json.skipChildren();
                    }
                }
                default -> json.skipChildren();
            }
        });
        RawImage image = new RawImage(texts[0], file, split, 0, 0);
        set.tally().image();
        if (texts[0].isBlank()) {
            set.tally().dropImage(DropReason.UNNAMED_IMAGE, file + ": an entry without 'image'");
        } else {
            set.images().add(image);
        }
        for (int i = 0; i < boxes.size(); i++) {
            set.tally().annotation();
            add(boxes.get(i), image, "%s, annotation %d".formatted(texts[0], i + 1));
        }
    }

    private void add(Box box, RawImage image, String place) {
        String where = file + ": " + place;
        if (image.name().isBlank()) {
            set.drop(image, DropReason.OF_DROPPED_IMAGE, where);
        } else if (box.label.isEmpty()) {
            set.drop(image, DropReason.UNKNOWN_CLASS, where + " has no label");
        } else if (List.of(box.numbers).contains(OptionalDouble.empty())) {
            set.drop(image, DropReason.MALFORMED, where);
        } else {
            double x = box.numbers[0].getAsDouble();
            double y = box.numbers[1].getAsDouble();
            double halfWidth = HALF * box.numbers[2].getAsDouble();
            double halfHeight = HALF * box.numbers[3].getAsDouble();
            image.objects().add(new RawObject(box.label, x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight,
                    place));
        }
    }

    private static Box box(JsonParser json) throws IOException {
        String[] label = {""};
        OptionalDouble none = OptionalDouble.empty();
        OptionalDouble[] numbers = {none, none, none, none};
        JsonSource.fields(json, name -> {
            switch (name) {
                case "label" -> label[0] = JsonSource.scalar(json).orElse("").strip();
                case "coordinates" -> JsonSource.fields(json, side -> {
                    int at = List.of("x", "y", "width", "height").indexOf(side);
                    OptionalDouble value = JsonSource.number(json);
                    if (at >= 0) {
                        numbers[at] = value;
                    }
                });
                default -> json.skipChildren();
            }
        });
        return new Box(label[0], numbers);
    }
}
