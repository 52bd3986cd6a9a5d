package io.yolofit.data.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.yolofit.base.Failure;
import io.yolofit.data.dataset.DatasetException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/// Reads a COCO file of instances, in one pass and in any order of its keys.
///
/// Ids of images and categories may be numbers with gaps, or text. Categories are numbered by id; those of one name are
/// one class. The box is `bbox`, or the bounds of `segmentation` where `bbox` is missing or empty. CVAT writes the box
/// of a rotated rectangle unrotated, with the angle as `attributes.rotation`. Roboflow adds a category of no objects
/// that is only the `supercategory` of the others; it becomes no class.
final class CocoReader {
    private static final int BOX = 4;

    private final Path file;
    private final String split;
    private final RawSet set;
    private final Map<String, RawImage> images = new HashMap<>();
    private final Map<String, List<RawImage>> ambiguous = new HashMap<>();
    private final Map<String, Category> categories = new HashMap<>();
    private final List<Annotation> annotations = new ArrayList<>();
    private final Set<String> sections = new LinkedHashSet<>();

    private CocoReader(Path file, String split, RawSet set) {
        this.file = file;
        this.split = split;
        this.set = set;
    }

    private record Category(String name, String parent) {}

    /// @param fault why it is dropped, or null
    private record Annotation(String image, String category, RawObject box, DropReason fault) {}

    static void read(Path file, String split, RawSet set) {
        CocoReader reader = new CocoReader(file, split, set);
        JsonSource.readAll(file, json -> {
            json.nextToken();
            return JsonSource.fields(json, name -> reader.section(name, json));
        });
        if (!reader.sections.contains("images") || !reader.sections.contains("categories")) {
            throw new DatasetException(Failure.naming(file, ("%s is not a COCO file of instances: it needs the lists "
                    + "images, annotations and categories, but has %s").formatted(file, reader.sections), ""));
        }
        reader.finish();
    }

    private void section(String name, JsonParser json) throws IOException {
        sections.add(name);
        switch (name) {
            case "images" -> each(name, json, this::image);
            case "categories" -> each(name, json, this::category);
            case "annotations" -> each(name, json, this::annotation);
            default -> json.skipChildren();
        }
    }

    /// Reads an entry at the parser's place.
    private interface Entry {
        void read(JsonParser json) throws IOException;
    }

    private void each(String name, JsonParser json, Entry entry) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new DatasetException(Failure.at(file, "'%s' is not a list".formatted(name), ""));
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            entry.read(json);
        }
    }

    private void image(JsonParser json) throws IOException {
        String[] texts = new String[2];
        int[] size = new int[2];
        JsonSource.fields(json, name -> {
            switch (name) {
                case "id" -> texts[0] = JsonSource.id(json).orElse(null);
                case "file_name" -> texts[1] = JsonSource.scalar(json).orElse(null);
                case "width" -> size[0] = JsonSource.size(json);
                case "height" -> size[1] = JsonSource.size(json);
                default -> json.skipChildren();
            }
        });
        if (texts[0] == null || texts[1] == null || texts[1].isBlank()) {
            set.tally().image();
            set.tally().dropImage(DropReason.UNNAMED_IMAGE, "%s: id %s, file_name %s".formatted(file, texts[0],
                    texts[1]));
            return;
        }
        RawImage image = new RawImage(texts[1], file, split, size[0], size[1]);
        set.add(image);
        RawImage other = images.putIfAbsent(texts[0], image);
        if (other != null && (ambiguous.containsKey(texts[0]) || !other.name().equals(image.name()))) {
            ambiguous.computeIfAbsent(texts[0], _ -> new ArrayList<>(List.of(other))).add(image);
        }
    }

    private void category(JsonParser json) throws IOException {
        String[] texts = new String[3];
        JsonSource.fields(json, name -> {
            switch (name) {
                case "id" -> texts[0] = JsonSource.id(json).orElse(null);
                case "name" -> texts[1] = JsonSource.scalar(json).orElse(null);
                case "supercategory" -> texts[2] = JsonSource.scalar(json).orElse(null);
                default -> json.skipChildren();
            }
        });
        if (texts[0] != null && texts[1] != null) {
            Category category = new Category(texts[1].strip(), texts[2]);
            Category other = categories.putIfAbsent(texts[0], category);
            if (other != null && !other.name.equals(category.name)) {
                throw new DatasetException(Failure.at(file, "two categories have the id %s: '%s' and '%s'".formatted(
                        texts[0], other.name, category.name), "give each category an id of its own"));
            }
        }
    }

    /// The fields of one annotation, as they come.
    private static final class Fields {
        private String id = "without id";
        private String image = "";
        private String category = "";
        private boolean crowd;
        private Optional<List<Double>> box = Optional.empty();
        private Optional<Bounds> region = Optional.empty();
        private double rotation;

        void read(String name, JsonParser json) throws IOException {
            switch (name) {
                case "id" -> id = JsonSource.scalar(json).orElse(id);
                case "image_id" -> image = JsonSource.id(json).orElse("");
                case "category_id" -> category = JsonSource.id(json).orElse("");
                case "iscrowd" -> crowd = JsonSource.flag(json);
                case "bbox" -> box = JsonSource.numbers(json);
                case "segmentation" -> region = CocoMask.read(json);
                case "attributes" -> JsonSource.fields(json, attribute -> {
                    OptionalDouble value = JsonSource.number(json);
                    rotation = attribute.equals("rotation") ? value.orElse(0) : rotation;
                });
                default -> json.skipChildren();
            }
        }

        Annotation annotation() {
            String place = "annotation " + id;
            if (crowd) {
                return new Annotation(image, category, new RawObject("", 0, 0, 0, 0, place), DropReason.CROWD);
            }
            RawObject object = box.filter(list -> list.size() == BOX).map(list -> new RawObject("", list.get(0),
                    list.get(1), list.get(0) + list.get(2), list.get(1) + list.get(3), place)).orElse(null);
            boolean usable = object != null && object.x2() > object.x1() && object.y2() > object.y1();
            if (!usable && region.isPresent()) {
                return new Annotation(image, category, region.get().box("", place), null);
            }
            if (object == null) {
                return new Annotation(image, category, new RawObject("", 0, 0, 0, 0, place), DropReason.MALFORMED);
            }
            return new Annotation(image, category, rotation == 0 ? object : region.map(bounds -> bounds.box("", place))
                    .orElse(object.rotated(rotation)), null);
        }
    }

    private void annotation(JsonParser json) throws IOException {
        Fields fields = new Fields();
        JsonSource.fields(json, name -> fields.read(name, json));
        annotations.add(fields.annotation());
    }

    private void finish() {
        Set<RawImage> unclear = Collections.newSetFromMap(new IdentityHashMap<>());
        ambiguous.forEach((id, all) -> all.forEach(image -> {
            unclear.add(image);
            set.tally().dropImage(DropReason.AMBIGUOUS_ID, "%s: %s, id %s".formatted(file, image.name(), id));
        }));
        set.images().removeIf(unclear::contains);
        for (Annotation annotation : annotations) {
            set.tally().annotation();
            RawImage image = images.get(annotation.image);
            Category category = categories.get(annotation.category);
            RawObject box = annotation.box;
            String place = "%s: %s".formatted(file, box.place());
            if (image == null) {
                set.drop(annotation.fault != null ? annotation.fault : DropReason.UNKNOWN_IMAGE,
                        "%s, image_id %s".formatted(place, annotation.image));
            } else if (ambiguous.containsKey(annotation.image)) {
                set.drop(image, DropReason.OF_DROPPED_IMAGE, "%s, image_id %s".formatted(place, annotation.image));
            } else if (annotation.fault != null) {
                set.drop(image, annotation.fault, place);
            } else if (category == null) {
                set.drop(image, DropReason.UNKNOWN_CLASS, "%s, category_id %s".formatted(place, annotation.category));
            } else {
                image.objects().add(new RawObject(category.name, box.x1(), box.y1(), box.x2(), box.y2(), box.place()));
            }
        }
        classes();
    }

    /// Class names by category id.
    private void classes() {
        Map<String, Category> ordered = new TreeMap<>((a, b) -> a.matches("\\d{1,18}") && b.matches("\\d{1,18}")
                ? Long.compare(Long.parseLong(a), Long.parseLong(b)) : a.compareTo(b));
        ordered.putAll(categories);
        Set<String> used = new LinkedHashSet<>();
        annotations.forEach(annotation -> used.add(annotation.category));
        Set<String> parents = new LinkedHashSet<>();
        categories.values().forEach(category -> parents.add(category.parent));
        Set<String> names = new LinkedHashSet<>();
        ordered.forEach((id, category) -> {
            if (parents.contains(category.name) && !category.name.equals(category.parent) && !used.contains(id)) {
                set.notes().add("%s: the category '%s' has no objects and only groups others: it is no class".formatted(
                        file, category.name));
            } else if (!names.add(category.name)) {
                set.notes().add("%s: several categories are called '%s': they are one class".formatted(file,
                        category.name));
            }
        });
        set.order().addAll(names);
    }
}
