package io.yolofit.data.formats;

import io.yolofit.base.Failure;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.files.FileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// Reads CVAT's own XML, "CVAT for images 1.1": one file with the images of a task, or of all tasks of a project.
///
/// Boxes may be rotated about their center; polygons, masks, ellipses, cuboids and skeletons become their bounds, and
/// a skeleton those of its points that are inside the view. Shapes are kept if they are occluded and dropped if they
/// are outside the view. Attributes are not imported. The file is streamed; document types are refused.
final class CvatReader {
    /// Corners of a cuboid: top or bottom, left or right, front (1) or back (2).
    private static final List<String> CUBOID = Stream.of("tl1", "bl1", "tr1", "br1", "tl2", "bl2", "tr2", "br2")
            .flatMap(corner -> Stream.of("x" + corner, "y" + corner)).toList();

    private final Path file;
    private final RawSet set;
    private final String split;
    private final XMLStreamReader xml;
    private final Set<String> attributes = new LinkedHashSet<>();
    private final Set<String> labels = new LinkedHashSet<>();
    private long occluded;

    private CvatReader(Path file, String split, RawSet set, XMLStreamReader xml) {
        this.file = file;
        this.split = split;
        this.set = set;
        this.xml = xml;
    }

    /// Whether the root of an XML file is CVAT's. A file that cannot be read is not.
    static boolean matches(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            XMLStreamReader xml = factory().createXMLStreamReader(in);
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamReader.START_ELEMENT || event == XMLStreamReader.DTD) {
                    return event == XMLStreamReader.START_ELEMENT && xml.getLocalName().equals("annotations");
                }
            }
            return false;
        } catch (IOException | XMLStreamException _) { // the reader of VOC files reports the damage
            return false;
        }
    }

    /// Throws [DatasetException] with line and column if the file is damaged.
    ///
    /// @param split by the names of the file and its folders; an image's own subset comes before it
    static void read(Path file, String split, RawSet set) {
        try (InputStream in = Files.newInputStream(file)) {
            new CvatReader(file, split, set, factory().createXMLStreamReader(in)).document();
        } catch (XMLStreamException e) {
            throw new DatasetException(Failure.at("%s:%d:%d".formatted(file,
                    e.getLocation() == null ? 0 : e.getLocation().getLineNumber(),
                    e.getLocation() == null ? 0 : e.getLocation().getColumnNumber()),
                    "the XML is damaged: " + e.getMessage().replaceAll("(?s).*Message: ", ""),
                    "export the task again"), e);
        } catch (IOException e) {
            throw new DatasetException(Failure.naming(file, "cannot read %s: %s".formatted(file,
                    FileFailure.reason(e)), "").withRemedy(FileFailure.REMEDY), e);
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    private void document() throws XMLStreamException {
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamReader.DTD) {
                throw new XMLStreamException("document types are refused", xml.getLocation());
            }
            if (event == XMLStreamReader.START_ELEMENT) {
                switch (xml.getLocalName()) {
                    case "label" -> label();
                    case "image" -> image();
                    case "track" -> throw new DatasetException(Failure.at(
                            file + ":" + xml.getLocation().getLineNumber(),
                            "a track: this is CVAT's format for videos",
                            "export the task as \"CVAT for images\", with its frames"));
                    default -> {
                        // elements around images and labels
                    }
                }
            }
        }
        set.order().addAll(labels);
        if (!attributes.isEmpty()) {
            set.notes().add("%s: attributes are not imported: %s".formatted(file, String.join(", ", attributes)));
        }
        if (occluded > 0) {
            set.notes().add("%s: %d kept %s marked occluded".formatted(file, occluded, occluded == 1 ? "object is"
                    : "objects are"));
        }
    }

    /// A label of the task, whose name comes before its own attributes. Labels of a skeleton's points have a `parent`
    /// and are no classes.
    private void label() throws XMLStreamException {
        String name = "";
        boolean part = false;
        for (int depth = 1; depth > 0;) {
            int event = next();
            if (event == XMLStreamReader.START_ELEMENT && depth == 1 && xml.getLocalName().equals("name")) {
                name = xml.getElementText().strip();
            } else if (event == XMLStreamReader.START_ELEMENT) {
                part |= depth == 1 && xml.getLocalName().equals("parent");
                depth++;
            } else if (event == XMLStreamReader.END_ELEMENT) {
                depth--;
            }
        }
        if (!name.isEmpty() && !part) {
            labels.add(name);
        }
    }

    private int next() throws XMLStreamException {
        if (!xml.hasNext()) {
            throw new XMLStreamException("the file ends within an element", xml.getLocation());
        }
        return xml.next();
    }

    private void image() throws XMLStreamException {
        String name = attribute("name").orElse("");
        String subset = attribute("subset").map(SplitNames::ofName).filter(own -> !own.isEmpty()).orElse(split);
        RawImage image = new RawImage(name, file, subset, side("width"), side("height"));
        boolean named = !name.isBlank();
        set.tally().image();
        if (named) {
            set.images().add(image);
        } else {
            set.tally().dropImage(DropReason.UNNAMED_IMAGE, "%s:%d".formatted(file,
                    xml.getLocation().getLineNumber()));
        }
        int shapes = 0;
        while (next() != XMLStreamReader.END_ELEMENT) {
            if (xml.getEventType() == XMLStreamReader.START_ELEMENT) {
                shapes++;
                set.tally().annotation();
                shape(image, named, "shape " + shapes);
            }
        }
    }

    /// One shape; the parser is at its beginning, and then at its end.
    private void shape(RawImage image, boolean named, String place) throws XMLStreamException {
        String kind = xml.getLocalName();
        String where = "%s:%d: %s of %s, %s".formatted(file, xml.getLocation().getLineNumber(), place, image.name(),
                kind);
        String label = attribute("label").orElse("");
        boolean outside = attribute("outside").filter("1"::equals).isPresent();
        boolean hidden = attribute("occluded").filter("1"::equals).isPresent();
        Optional<RawObject> box = object(kind, label, place);
        Bounds points = new Bounds();
        boolean visible = parts(kind, points);
        if (kind.equals("skeleton") && !points.isEmpty()) {
            box = Optional.of(points.box(label, place));
        }
        if (!named) {
            set.drop(image, DropReason.OF_DROPPED_IMAGE, where);
        } else if (kind.equals("tag")) {
            set.drop(image, DropReason.OF_WHOLE_IMAGE, where);
        } else if (List.of("points", "polyline").contains(kind)) {
            set.drop(image, outside ? DropReason.OUT_OF_VIEW : DropReason.NO_REGION, where);
        } else if (outside || kind.equals("skeleton") && !visible) {
            set.drop(image, DropReason.OUT_OF_VIEW, where);
        } else if (label.isEmpty() || !labels.isEmpty() && !labels.contains(label)) {
            set.drop(image, DropReason.UNKNOWN_CLASS, label.isEmpty() ? where + " has no label" : where + ", " + label);
        } else if (box.isEmpty()) {
            set.drop(image, DropReason.MALFORMED, where);
        } else {
            occluded += hidden ? 1 : 0;
            image.objects().add(box.get());
        }
    }

    /// Reads to the end of a shape: its attributes, and the points of a skeleton that are inside the view.
    ///
    /// @return whether a point is
    private boolean parts(String kind, Bounds points) throws XMLStreamException {
        boolean visible = false;
        for (int depth = 1; depth > 0;) {
            int event = next();
            if (event == XMLStreamReader.START_ELEMENT) {
                depth++;
                if (xml.getLocalName().equals("attribute")) {
                    attribute("name").ifPresent(attributes::add);
                } else if (kind.equals("skeleton") && attribute("outside").filter("1"::equals).isEmpty()) {
                    visible = true;
                    points(points);
                }
            } else if (event == XMLStreamReader.END_ELEMENT) {
                depth--;
            }
        }
        return visible;
    }

    /// The shape at the parser's place; empty if it has no box, or if a coordinate is missing or no number.
    private Optional<RawObject> object(String kind, String label, String place) {
        return switch (kind) {
            case "box" -> numbers(List.of("xtl", "ytl", "xbr", "ybr")).flatMap(n -> rotation().map(degrees -> {
                var box = new RawObject(label, n.get(0), n.get(1), n.get(2), n.get(3), place);
                return degrees == 0 || box.x2() < box.x1() || box.y2() < box.y1() ? box : box.rotated(degrees);
            }));
            case "polygon" -> Optional.of(points(new Bounds())).filter(points -> !points.isEmpty())
                    .map(points -> points.box(label, place));
            case "ellipse" -> numbers(List.of("cx", "cy", "rx", "ry")).flatMap(n -> rotation().map(degrees ->
                    ellipse(n, Math.toRadians(degrees)).box(label, place)));
            case "mask" -> numbers(List.of("left", "top", "width", "height")).map(n -> new RawObject(label, n.get(0),
                    n.get(1), n.get(0) + n.get(2), n.get(1) + n.get(3), place));
            case "cuboid" -> numbers(CUBOID).map(corners -> new Bounds().addAll(corners).box(label, place));
            default -> Optional.empty(); // a point, a line, a tag, or a kind of shape that is not known
        };
    }

    /// Adds `x,y;x,y;...`; nothing if a coordinate is missing or no number.
    private Bounds points(Bounds bounds) {
        List<Double> coordinates = new ArrayList<>();
        for (String text : attribute("points").orElse("").split("[,;]", -1)) {
            Optional<Double> value = parsed(text);
            if (value.isEmpty()) {
                return bounds;
            }
            coordinates.add(value.get());
        }
        return coordinates.size() % 2 == 0 ? bounds.addAll(coordinates) : bounds;
    }

    /// The bounds of an ellipse that is rotated about its center.
    ///
    /// @param n center and half axes
    private static Bounds ellipse(List<Double> n, double angle) {
        double x = Math.hypot(n.get(2) * Math.cos(angle), n.get(3) * Math.sin(angle));
        double y = Math.hypot(n.get(2) * Math.sin(angle), n.get(3) * Math.cos(angle));
        return new Bounds().add(n.get(0) - x, n.get(1) - y).add(n.get(0) + x, n.get(1) + y);
    }

    /// Degrees, clockwise; empty if it is no number.
    private Optional<Double> rotation() {
        return attribute("rotation").map(CvatReader::parsed).orElse(Optional.of(0.0));
    }

    private Optional<List<Double>> numbers(List<String> names) {
        List<Double> values = names.stream().flatMap(name -> number(name).stream()).toList();
        return values.size() == names.size() ? Optional.of(values) : Optional.empty();
    }

    private Optional<Double> number(String name) {
        return attribute(name).flatMap(CvatReader::parsed);
    }

    private static Optional<Double> parsed(String text) {
        try {
            return Optional.of(Double.parseDouble(text.strip()));
        } catch (NumberFormatException _) {
            return text.strip().equalsIgnoreCase("nan") ? Optional.of(Double.NaN) : Optional.empty();
        }
    }

    private int side(String name) {
        double value = number(name).orElse(0.0);
        return value >= 1 && value <= Integer.MAX_VALUE ? (int) Math.rint(value) : 0;
    }

    private Optional<String> attribute(String name) {
        return Optional.ofNullable(xml.getAttributeValue(null, name)).map(String::strip)
                .filter(text -> !text.isEmpty());
    }
}
