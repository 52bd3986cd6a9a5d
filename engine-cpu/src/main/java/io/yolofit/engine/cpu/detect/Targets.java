package io.yolofit.engine.cpu.detect;

/// The target objects of a batch.
///
/// `rows` holds five numbers per object: class, center x, center y, width, height; coordinates are fractions of the
/// network input. Objects are grouped by image: image `i` owns objects `offsets[i]` to `offsets[i + 1] - 1`. The arrays
/// are not copied.
public record Targets(float[] rows, int[] offsets) {
    static final int ROW = 5;

    public Targets {
        if (offsets.length < 2 || offsets[0] != 0) {
            throw new IllegalArgumentException("offsets need one entry per image and a last one, starting at 0, but "
                    + "have " + offsets.length + " entries" + (offsets.length > 0 ? " from " + offsets[0] : ""));
        }
        for (int image = 1; image < offsets.length; image++) {
            if (offsets[image] < offsets[image - 1]) {
                throw new IllegalArgumentException("offsets must not decrease, but entry " + image + " is "
                        + offsets[image] + " after " + offsets[image - 1]);
            }
        }
        long needed = (long) offsets[offsets.length - 1] * ROW;
        if (rows.length < needed) {
            throw new IllegalArgumentException("the offsets count " + offsets[offsets.length - 1]
                    + " objects, " + needed + " numbers, but there are " + rows.length);
        }
    }

    public int images() {
        return offsets.length - 1;
    }

    /// Number of objects in the batch.
    public int objects() {
        return offsets[images()];
    }

    /// Number of objects in one image.
    public int objects(int image) {
        return offsets[image + 1] - offsets[image];
    }

    int label(int object) {
        return (int) rows[object * ROW];
    }

    /// Refuses classes outside `0 .. classes - 1`, non-finite coordinates and negative sizes.
    void requireClasses(int classes) {
        for (int object = 0; object < objects(); object++) {
            float label = rows[object * ROW];
            if (!(label >= 0 && label < classes) || label != (int) label) {
                throw new IllegalArgumentException("object " + object + " has class " + label + ", but the head has "
                        + "classes 0 to " + (classes - 1) + ": check the labels against nc");
            }
            for (int i = 1; i < ROW; i++) {
                float value = rows[object * ROW + i];
                if (!Float.isFinite(value) || i > 2 && value < 0) {
                    throw new IllegalArgumentException("object " + object + " has " + value + " as number " + i
                            + " of (class, cx, cy, w, h): coordinates must be finite, sizes at least 0");
                }
            }
        }
    }
}
