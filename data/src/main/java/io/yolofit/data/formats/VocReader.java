package io.yolofit.data.formats;

import io.yolofit.base.Failure;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.files.FileFailure;
import io.yolofit.data.files.FileNames;
import io.yolofit.data.files.UserText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/// Reads Pascal VOC files, one per image. Document types and external entities are refused.
///
/// Corners are coordinates, as LabelImg, CVAT, Label Studio and Roboflow write them; only in files of the PASCAL
/// challenges (`The VOC2007 Database`) are they pixel numbers from 1. CVAT writes the box of a rotated rectangle
/// unrotated, with the attribute `rotation`.
final class VocReader {
    private static final Pattern PASCAL = Pattern.compile("The VOC\\d{4} Database");
    private static final long MOST_BYTES = 1 << 26;

    private final Path file;
    private final RawSet set;

    private VocReader(Path file, RawSet set) {
        this.file = file;
        this.set = set;
    }

    /// Class names in the order of CVAT's `labelmap.txt`, if there is one: `name:color:parts:actions` in each line.
    static void labelMap(Path root, RawSet set) {
        Path map = root.resolve("labelmap.txt");
        if (Files.isRegularFile(map)) {
            try {
                UserText.read(map).lines().map(String::strip).filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .map(line -> line.split(":")[0]).filter(name -> !name.equals("background"))
                        .forEach(set.order()::add);
            } catch (IOException e) {
                throw new DatasetException(Failure.naming(map, "cannot read the class names %s: %s".formatted(map,
                        FileFailure.reason(e)), "").withRemedy(FileFailure.REMEDY), e);
            }
        }
    }

    static void read(Path file, String split, RawSet set) {
        try {
            new VocReader(file, set).image(root(file), split);
        } catch (SAXParseException e) {
            damaged(set, "%s:%d:%d: %s%s".formatted(file, e.getLineNumber(), e.getColumnNumber(), e.getMessage(),
                    encodingAdvice(String.valueOf(e.getMessage()))));
        } catch (SAXException e) {
            damaged(set, file + ": " + e.getMessage());
        } catch (IOException e) {
            String reason = FileFailure.reason(e);
            damaged(set, file + ": " + reason + encodingAdvice(reason));
        }
    }

    private static String encodingAdvice(String reason) {
        return reason.contains("UTF-8") ? " Save the file as UTF-8, or declare its encoding" : "";
    }

    private static void damaged(RawSet set, String example) {
        set.tally().image();
        set.tally().dropImage(DropReason.DAMAGED_FILE, example);
    }

    private static Element root(Path file) throws SAXException, IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new SAXException("more than 64 MiB for one image");
        }
        try (var in = Files.newInputStream(file)) {
            DocumentBuilder builder = hardened().newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler());
            Element root = builder.parse(in).getDocumentElement();
            if (!root.getTagName().equals("annotation")) {
                throw new SAXException("<%s> instead of <annotation>".formatted(root.getTagName()));
            }
            return root;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("every JDK has these features", e);
        }
    }

    private static DocumentBuilderFactory hardened() throws ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        factory.setXIncludeAware(false);
        factory.setExpandEntityReferences(false);
        return factory;
    }

    private void image(Element root, String split) {
        Optional<Element> size = child(root, "size");
        String name = text(root, "filename").orElseGet(() -> FileNames.stem(file.getFileName().toString()));
        RawImage image = new RawImage(name, file, split, size.map(element -> side(element, "width")).orElse(0),
                size.map(element -> side(element, "height")).orElse(0));
        set.add(image);
        boolean fromOne = child(root, "source").flatMap(source -> text(source, "database"))
                .filter(database -> PASCAL.matcher(database).matches()).isPresent();
        List<Element> objects = children(root, "object");
        for (int i = 0; i < objects.size(); i++) {
            set.tally().annotation();
            object(objects.get(i), image, "object " + (i + 1), fromOne ? 1 : 0);
        }
    }

    private void object(Element object, RawImage image, String place, int first) {
        String where = file + ": " + place;
        Optional<String> name = text(object, "name");
        String category = name.orElse("");
        Optional<RawObject> box = child(object, "bndbox").flatMap(corners -> box(corners, category, place, first))
                .or(() -> child(object, "polygon").flatMap(points -> polygon(points, category, place)));
        boolean difficult = text(object, "difficult").filter(flag -> flag.equals("1") || flag.equalsIgnoreCase("true"))
                .isPresent();
        if (name.isEmpty()) {
            set.drop(image, DropReason.UNKNOWN_CLASS, where + " has no name");
        } else if (difficult && !set.difficult()) {
            set.drop(image, DropReason.DIFFICULT, where);
        } else if (box.isEmpty()) {
            set.drop(image, DropReason.MALFORMED, where);
        } else {
            double degrees = rotation(object);
            image.objects().add(degrees == 0 ? box.get() : box.get().rotated(degrees));
        }
    }

    private static Optional<RawObject> box(Element corners, String name, String place, int first) {
        Optional<Double> x1 = number(corners, "xmin");
        Optional<Double> y1 = number(corners, "ymin");
        Optional<Double> x2 = number(corners, "xmax");
        Optional<Double> y2 = number(corners, "ymax");
        return x1.isEmpty() || y1.isEmpty() || x2.isEmpty() || y2.isEmpty() ? Optional.empty()
                : Optional.of(new RawObject(name, x1.get() - first, y1.get() - first, x2.get(), y2.get(), place));
    }

    /// `<x1>`, `<y1>`, `<x2>`, ..., as Roboflow writes them.
    private static Optional<RawObject> polygon(Element points, String name, String place) {
        Bounds bounds = new Bounds();
        for (int i = 1; number(points, "x" + i).isPresent() && number(points, "y" + i).isPresent(); i++) {
            bounds.add(number(points, "x" + i).get(), number(points, "y" + i).get());
        }
        return bounds.isEmpty() ? Optional.empty() : Optional.of(bounds.box(name, place));
    }

    private static double rotation(Element object) {
        return child(object, "attributes").stream().flatMap(list -> children(list, "attribute").stream())
                .filter(attribute -> text(attribute, "name").filter("rotation"::equals).isPresent())
                .flatMap(attribute -> number(attribute, "value").stream()).filter(Double::isFinite).findFirst()
                .orElse(0.0);
    }

    private static int side(Element size, String name) {
        double value = number(size, name).orElse(0.0);
        return value >= 1 && value <= Integer.MAX_VALUE ? (int) Math.rint(value) : 0;
    }

    private static Optional<Double> number(Element parent, String name) {
        return text(parent, name).flatMap(text -> {
            try {
                return Optional.of(Double.parseDouble(text));
            } catch (NumberFormatException e) {
                return text.equalsIgnoreCase("nan") ? Optional.of(Double.NaN) : Optional.empty();
            }
        });
    }

    /// The text of a child, without blanks around it; empty if there is none.
    private static Optional<String> text(Element parent, String name) {
        return child(parent, name).map(element -> element.getTextContent().strip()).filter(text -> !text.isEmpty());
    }

    private static Optional<Element> child(Element parent, String name) {
        return children(parent, name).stream().findFirst();
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }
}
