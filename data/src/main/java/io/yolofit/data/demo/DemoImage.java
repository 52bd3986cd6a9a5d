package io.yolofit.data.demo;

import io.yolofit.data.augment.RandomStream;
import io.yolofit.data.geometry.Box;
import io.yolofit.data.geometry.Polygon;
import io.yolofit.data.image.Mats;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/// One image: a smooth random background with thin lines as distractors, up to seven shapes, some partly occluded, and
/// noise.
final class DemoImage implements AutoCloseable {
    private static final int MOST_OBJECTS = 7;
    private static final int PLACEMENT_TRIES = 20;
    private static final double LARGEST_OVERLAP = 0.3; // fraction of one object's box that another may cover
    private static final int BACKGROUND_CELLS = 6;
    private static final int LINES = 5;
    private static final int SUBPIXEL_BITS = 4;

    private final int size;
    private final RandomStream random;
    private final Mat pixels;
    private final List<Item> items = new ArrayList<>();

    /// A shape in the image; the box is in pixels and clipped to the image.
    record Item(Shape shape, Box box) {
    }

    DemoImage(int size, RandomStream random) {
        this.size = size;
        this.random = random;
        this.pixels = Mats.create(size, size);
        background();
        lines();
        int count = 1 + random.below(MOST_OBJECTS);
        for (int i = 0; i < count; i++) {
            shape();
        }
        noise();
    }

    Mat pixels() {
        return pixels;
    }

    List<Item> items() {
        return items;
    }

    /// A few random colors of low contrast, interpolated over the image.
    private void background() {
        try (Mat cells = Mats.create(BACKGROUND_CELLS, BACKGROUND_CELLS); Size whole = new Size(size, size)) {
            ByteBuffer colors = cells.createBuffer();
            int brightness = random.below(130);
            while (colors.hasRemaining()) {
                colors.put((byte) (brightness + random.below(110)));
            }
            opencv_imgproc.resize(cells, pixels, whole, 0, 0, opencv_imgproc.INTER_CUBIC);
        }
    }

    private void lines() {
        for (int i = 0; i < LINES; i++) {
            try (Point from = new Point(random.below(size), random.below(size));
                    Point to = new Point(random.below(size), random.below(size)); Scalar color = color()) {
                opencv_imgproc.line(pixels, from, to, color, 1 + random.below(2), opencv_imgproc.LINE_AA, 0);
            }
        }
    }

    /// Places one more shape where it covers little of the others; gives up after a number of tries.
    private void shape() {
        Shape shape = Shape.values()[random.below(Shape.values().length)];
        double radius = size * Math.exp(random.uniform(Math.log(0.05), Math.log(0.22)));
        for (int i = 0; i < PLACEMENT_TRIES; i++) {
            double[] outline = shape.outline(random.uniform(0, size), random.uniform(0, size), radius,
                    random.uniform(-20, 20));
            Box whole = Polygon.bounds(outline);
            Box box = Polygon.bounds(Polygon.clip(outline, size, size));
            boolean isVisible = whole.coveredBy(box) > 0.6;
            if (isVisible && items.stream().noneMatch(item -> item.box().coveredBy(box) > LARGEST_OVERLAP
                    || box.coveredBy(item.box()) > LARGEST_OVERLAP)) {
                paint(outline);
                items.add(new Item(shape, box));
                return;
            }
        }
    }

    private void paint(double[] outline) {
        int unit = 1 << SUBPIXEL_BITS;
        try (Mat points = new Mat(outline.length / 2, 1, opencv_core.CV_32SC2);
                MatVector outlines = new MatVector(points);
                Scalar fill = color(); Scalar border = color(); Point origin = new Point(0, 0)) {
            IntBuffer coordinates = points.createBuffer();
            for (double coordinate : outline) {
                coordinates.put((int) Math.round((coordinate - 0.5) * unit)); // OpenCV counts from pixel centers
            }
            opencv_imgproc.fillPoly(pixels, outlines, fill, opencv_imgproc.LINE_AA, SUBPIXEL_BITS, origin);
            if (random.chance(0.5)) {
                opencv_imgproc.polylines(pixels, outlines, true, border, 1, opencv_imgproc.LINE_AA, SUBPIXEL_BITS);
            }
        }
    }

    /// A saturated color: one channel high, one low, one random, and never close to the gray of the background.
    private Scalar color() {
        int[] channels = {170 + random.below(86), random.below(70), random.below(256)};
        int first = random.below(3);
        int step = 1 + random.below(2);
        return new Scalar(channels[first], channels[(first + step) % 3], channels[(first + 2 * step) % 3], 0);
    }

    private void noise() {
        byte[] bytes = new byte[size * size * Mats.CHANNELS];
        ByteBuffer buffer = pixels.createBuffer();
        buffer.get(bytes);
        int strength = 6 + random.below(20);
        long bits = 0;
        for (int i = 0; i < bytes.length; i++) {
            bits = i % 8 == 0 ? random.next() : bits >>> 8;
            int noise = ((int) (bits & 0xff) - 128) * strength >> 7;
            bytes[i] = (byte) Math.clamp((bytes[i] & 0xff) + noise, 0, 255);
        }
        buffer.rewind();
        buffer.put(bytes);
    }

    @Override
    public void close() {
        pixels.close();
    }
}
