package io.yolofit.train.eval;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/// The reference's metrics and ours, by common names.
final class BccdFigures {
    private BccdFigures() {
    }

    static Map<String, Double> reference(JsonNode root) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("precision", root.get("metrics/precision(B)").asDouble());
        figures.put("recall", root.get("metrics/recall(B)").asDouble());
        figures.put("mAP50", root.get("metrics/mAP50(B)").asDouble());
        figures.put("mAP50-95", root.get("metrics/mAP50-95(B)").asDouble());
        figures.put("fitness", root.get("fitness").asDouble());
        for (String name : new String[] {"p", "r", "ap50", "ap"}) {
            for (int c = 0; c < Bccd.CLASSES; c++) {
                figures.put(name + c, root.get("per_class").get(name).get(c).asDouble());
            }
        }
        return figures;
    }

    static Map<String, Double> ours(Metrics metrics) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("precision", metrics.precision());
        figures.put("recall", metrics.recall());
        figures.put("mAP50", metrics.map50());
        figures.put("mAP50-95", metrics.map());
        figures.put("fitness", metrics.fitness());
        for (ClassMetrics c : metrics.perClass()) {
            figures.put("p" + c.classId(), c.precision());
            figures.put("r" + c.classId(), c.recall());
            figures.put("ap50" + c.classId(), c.ap50());
            figures.put("ap" + c.classId(), c.ap());
        }
        return figures;
    }

    /// The largest difference of all figures.
    static double distance(Map<String, Double> ours, Map<String, Double> reference) {
        if (!ours.keySet().equals(reference.keySet())) {
            throw new AssertionError("figures " + ours.keySet() + " instead of " + reference.keySet());
        }
        return reference.keySet().stream().mapToDouble(name -> Math.abs(ours.get(name) - reference.get(name))).max()
                .orElseThrow();
    }
}
