package io.yolofit.zoo.head;

import io.yolofit.graph.head.BranchDecode;
import io.yolofit.graph.head.BranchLoss;
import io.yolofit.graph.op.LossTerm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The head of a model, for the loss, the decoder and reports.
///
/// @param endToEnd whether predictions need no suppression
/// @param path of the head's layer, such as `model.22`
public record HeadSpec(Task task, List<HeadBranch> branches, boolean endToEnd, int classes, String path) {
    public HeadSpec {
        branches = List.copyOf(branches);
    }

    /// The branch that makes predictions.
    public HeadBranch inference() {
        return branches.stream().filter(branch -> !branch.trainingOnly()).findFirst().orElseThrow();
    }

    /// Strides of the levels of the inference branch, in pixels.
    public List<Integer> strides() {
        return inference().strides();
    }

    /// Anchors per image that are decoded, all levels together.
    public long anchors(int height, int width) {
        return strides().stream().mapToLong(stride -> (long) (height / stride) * (width / stride)).sum();
    }

    /// Losses of all branches, with gradients, for a training step.
    public List<BranchLoss> trainingLosses(double box, double cls, double distance) {
        return branches.stream().map(branch -> branch.loss(box, cls, distance, true)).toList();
    }

    /// Losses of the branches that inference keeps, without gradients.
    public List<BranchLoss> validationLosses(double box, double cls, double distance) {
        return List.of(inference().loss(box, cls, distance, false));
    }

    public BranchDecode decode() {
        return inference().decode();
    }

    /// The reported loss, by term: the sum over branches of items times [HeadBranch#reported]. Not finite if any item
    /// of any branch is not.
    ///
    /// @param items of all branches, or of the inference branch alone, one after the other
    public Map<LossTerm, Double> report(float[] items) {
        List<LossTerm> terms = task.terms();
        List<HeadBranch> summed = items.length == terms.size() ? List.of(inference()) : branches;
        if (items.length != summed.size() * terms.size()) {
            throw new IllegalArgumentException(items.length + " loss items of " + summed.size() + " branches with "
                    + terms.size() + " terms");
        }
        Map<LossTerm, Double> report = new LinkedHashMap<>();
        for (int branch = 0; branch < summed.size(); branch++) {
            for (int term = 0; term < terms.size(); term++) {
                double item = items[branch * terms.size() + term];
                report.merge(terms.get(term), summed.get(branch).reported() * item, Double::sum);
            }
        }
        return report;
    }

    /// Constant bin weights of the distributions that files contain for compatibility: number of bins by path.
    public Map<String, Integer> ramps() {
        Map<String, Integer> ramps = new LinkedHashMap<>();
        for (HeadBranch branch : branches) {
            if (branch.bins() > 1) {
                ramps.put(path + "." + branch.members().ramp() + ".conv.weight", branch.bins());
            }
        }
        return ramps;
    }
}
