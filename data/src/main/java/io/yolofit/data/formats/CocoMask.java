package io.yolofit.data.formats;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Bounds of a COCO `segmentation`: polygons, or run lengths (a list of counts, or the compressed text).
///
/// Runs alternate between background and object, column by column from the left, beginning with background. In the
/// compressed text a character holds 5 bits, from the lowest on, and a flag for more; from the fourth count on, it is
/// the difference to the count two before.
final class CocoMask {
    private static final int ZERO = '0';
    private static final int BITS = 5;
    private static final int MORE = 0x20;
    private static final int SIGN = 0x10;
    private static final int VALUE = 0x1f;
    private static final int MOST_BITS = 60;

    private CocoMask() {
    }

    /// Consumes the value; empty if it has no region or is malformed.
    static Optional<Bounds> read(JsonParser json) throws IOException {
        Bounds bounds = json.currentToken() == JsonToken.START_ARRAY ? polygons(json) : runs(json);
        return bounds.isEmpty() ? Optional.empty() : Optional.of(bounds);
    }

    /// A list of polygons, or the coordinates of one.
    private static Bounds polygons(JsonParser json) throws IOException {
        Bounds bounds = new Bounds();
        List<Double> flat = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_ARRAY) {
                JsonSource.numbers(json).ifPresent(bounds::addAll);
            } else {
                JsonSource.number(json).ifPresent(flat::add);
            }
        }
        return bounds.addAll(flat);
    }

    private static Bounds runs(JsonParser json) throws IOException {
        List<Double> size = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        JsonSource.fields(json, name -> {
            switch (name) {
                case "size" -> JsonSource.numbers(json).ifPresent(size::addAll);
                case "counts" -> {
                    if (json.currentToken() == JsonToken.VALUE_STRING) {
                        counts.addAll(decompressed(json.getText()));
                    } else {
                        JsonSource.numbers(json).orElse(List.of()).forEach(count -> counts.add(count.longValue()));
                    }
                }
                default -> json.skipChildren();
            }
        });
        return size.size() == 2 ? bounds(counts, size.getFirst().longValue()) : new Bounds();
    }

    /// @param height of the mask, pixels
    static Bounds bounds(List<Long> counts, long height) {
        Bounds bounds = new Bounds();
        long position = 0;
        for (int i = 0; i < counts.size() && height > 0; i++) {
            long end = position + counts.get(i);
            if (counts.get(i) < 0) {
                return new Bounds();
            }
            if (i % 2 == 1 && end > position) {
                boolean oneColumn = position / height == (end - 1) / height;
                bounds.add(position / height, oneColumn ? position % height : 0);
                bounds.add((end - 1) / height + 1, oneColumn ? (end - 1) % height + 1 : height);
            }
            position = end;
        }
        return bounds;
    }

    /// The counts of a compressed text; empty if it is not one.
    static List<Long> decompressed(String text) {
        List<Long> counts = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            long count = 0;
            int shift = 0;
            int bits;
            do {
                bits = at < text.length() ? text.charAt(at) - ZERO : -1;
                if (bits < 0 || bits > (MORE | VALUE) || shift > MOST_BITS) {
                    return List.of();
                }
                count |= (long) (bits & VALUE) << shift;
                shift += BITS;
                at++;
            } while ((bits & MORE) != 0);
            if ((bits & SIGN) != 0) {
                count |= -1L << shift;
            }
            counts.add(counts.size() > 2 ? count + counts.get(counts.size() - 2) : count);
        }
        return counts;
    }
}
