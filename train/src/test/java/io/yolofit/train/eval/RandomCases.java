package io.yolofit.train.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/// Seeded random cases. A failure names its random seed; `-Dtest.seed=...` repeats that case.
final class RandomCases {
    private RandomCases() {
    }

    static void repeat(int times, Consumer<Random> test) {
        String given = System.getProperty("test.seed", "");
        long first = given.isBlank() ? 0 : Long.parseLong(given);
        for (long seed = first; seed < first + (given.isBlank() ? times : 1); seed++) {
            try {
                test.accept(new Random(seed));
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("with -Dtest.seed=" + seed + ": " + failure.getMessage(), failure);
            }
        }
    }

    /// Rows [anchors, 4 + classes] of crowded boxes in a 100-pixel square, all scores distinct.
    static float[] rows(Random random, int anchors, int classes) {
        var rows = new float[anchors * (4 + classes)];
        var used = new HashSet<Float>();
        for (int anchor = 0; anchor < anchors; anchor++) {
            int at = anchor * (4 + classes);
            rows[at] = random.nextFloat() * 80;
            rows[at + 1] = random.nextFloat() * 80;
            rows[at + 2] = rows[at] + 5 + random.nextFloat() * 40;
            rows[at + 3] = rows[at + 1] + 5 + random.nextFloat() * 40;
            for (int classId = 0; classId < classes; classId++) {
                float score;
                do {
                    score = random.nextFloat();
                } while (!used.add(score));
                rows[at + 4 + classId] = score;
            }
        }
        return rows;
    }

    static List<GroundTruth> labels(Random random, int count, int classes) {
        List<GroundTruth> labels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float x = random.nextFloat() * 80;
            float y = random.nextFloat() * 80;
            labels.add(new GroundTruth(random.nextInt(classes), x, y, x + 5 + random.nextFloat() * 30,
                    y + 5 + random.nextFloat() * 30));
        }
        return labels;
    }

    /// Detections by descending score, most of them near a label.
    static List<Detection> detections(Random random, List<GroundTruth> labels, int count, int classes) {
        List<Detection> detections = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            GroundTruth near = labels.isEmpty() ? new GroundTruth(0, 10, 10, 40, 40)
                    : labels.get(random.nextInt(labels.size()));
            int classId = random.nextInt(4) == 0 ? random.nextInt(classes) : near.classId();
            detections.add(new Detection(classId, random.nextFloat(), near.x1() + random.nextFloat() * 4 - 2,
                    near.y1() + random.nextFloat() * 4 - 2, near.x2() + random.nextFloat() * 4 - 2,
                    near.y2() + random.nextFloat() * 4 - 2));
        }
        detections.sort(Comparator.comparingDouble(Detection::score).reversed());
        return detections;
    }
}
