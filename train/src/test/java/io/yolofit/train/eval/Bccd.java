package io.yolofit.train.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The BCCD validation split with the reference's detections and figures: see `eval/bccd/README.md` in the resources.
///
/// @param names image names, sorted
/// @param labels of each image, in network pixels
/// @param detections of each image, in original pixels, not clipped
record Bccd(List<String> names, List<List<GroundTruth>> labels, List<List<Detection>> detections) {
    static final int WIDTH = 640;
    static final int HEIGHT = 480;
    static final int CLASSES = 3;
    /// 640 x 480 letterboxed to 320 x 320: half the size, 40 rows of gray above and below.
    private static final float SCALE = 0.5f;
    private static final float TOP = 40;

    static Bccd load() {
        JsonNode root = json("labels.json");
        List<String> names = new ArrayList<>();
        List<List<GroundTruth>> labels = new ArrayList<>();
        List<List<Detection>> detections = new ArrayList<>();
        for (JsonNode image : root.get("images")) {
            names.add(image.get("name").asText());
            List<GroundTruth> rows = new ArrayList<>();
            image.get("labels").forEach(r -> rows.add(label(r.get(0).asInt(), r.get(1).asDouble(), r.get(2).asDouble(),
                    r.get(3).asDouble(), r.get(4).asDouble())));
            labels.add(rows);
            detections.add(new ArrayList<>());
        }
        for (String line : text("detections.csv").lines().skip(1).toList()) {
            String[] cells = line.split(",");
            detections.get(Integer.parseInt(cells[0])).add(new Detection(Integer.parseInt(cells[1]),
                    Float.parseFloat(cells[6]), Float.parseFloat(cells[2]), Float.parseFloat(cells[3]),
                    Float.parseFloat(cells[4]), Float.parseFloat(cells[5])));
        }
        return new Bccd(names, labels, detections);
    }

    /// A normalized label row, in network pixels.
    static GroundTruth label(int classId, double centerX, double centerY, double width, double height) {
        return GroundTruth.ofNormalized(classId, centerX, centerY, width, height,
                WIDTH * SCALE, HEIGHT * SCALE, 0, TOP);
    }

    static Detection toNetwork(Detection d) {
        return new Detection(d.classId(), d.score(), d.x1() * SCALE, d.y1() * SCALE + TOP,
                d.x2() * SCALE, d.y2() * SCALE + TOP);
    }

    /// In original pixels, as the reference wrote it.
    static Detection clip(Detection d) {
        return new Detection(d.classId(), d.score(), Math.clamp(d.x1(), 0, WIDTH), Math.clamp(d.y1(), 0, HEIGHT),
                Math.clamp(d.x2(), 0, WIDTH), Math.clamp(d.y2(), 0, HEIGHT));
    }

    static JsonNode json(String name) {
        try {
            return new ObjectMapper().readTree(text(name));
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    private static String text(String name) {
        try (InputStream in = Bccd.class.getResourceAsStream("/eval/bccd/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
