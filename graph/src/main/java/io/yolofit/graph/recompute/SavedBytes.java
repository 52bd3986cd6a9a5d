package io.yolofit.graph.recompute;

import io.yolofit.graph.Value;
import io.yolofit.graph.plan.ArenaPacker;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Where saved convolution outputs raise the live bytes of a step that recomputes them: from their last reader of the
/// forward pass and the loss until they are recomputed. There, saving an output adds its bytes and changes nothing
/// else, because the backward pass of a convolution reads its operand too: recomputation keeps nothing alive that would
/// not be alive anyway.
///
/// So most choices of [RecomputeSearch] that raise the peak are known to do so without an evaluation, which assigns the
/// buffers of the whole step.
final class SavedBytes {
    private static final int NEVER = Integer.MAX_VALUE;

    private final StepNodes step;
    private final long[] live;
    /// Last reader of each value of the step; of dropped values, the last one before they are recomputed.
    private final int[] lastReader;
    /// Where each value of the step is recomputed for the first time, with its operands; [#NEVER] if it is not.
    private final int[] recomputed;
    /// What is recomputed from each value of the step that the backward pass does not read itself.
    private final Map<Integer, Set<Integer>> sources = new HashMap<>();

    /// @param sequence a step with recomputation
    /// @param live     its live bytes during the execution of each node
    SavedBytes(StepNodes step, NodeSequence sequence, long[] live) {
        this.step = step;
        this.live = live;
        lastReader = new int[step.valueCount()];
        recomputed = new int[step.valueCount()];
        Arrays.fill(recomputed, NEVER);
        int start = 0;
        for (int node = 0; node < sequence.size(); node++) {
            for (int operand : sequence.operands(node)) {
                if (operand < lastReader.length) {
                    lastReader[operand] = node;
                }
            }
            if (!sequence.isRecomputed(node)) {
                start = node + 1;
            } else {
                int output = step.outputs(sequence.source(node))[0];
                recomputed[output] = Math.min(recomputed[output], start);
                for (int operand : step.recomputation(sequence.source(node)).operands()) {
                    if (!step.isReadLate(operand)) {
                        sources.computeIfAbsent(operand, _ -> new HashSet<>()).add(output);
                    }
                }
            }
        }
    }

    /// Whether saving these outputs raises the live bytes above a limit; false if an evaluation has to find out.
    boolean exceeds(long limit, List<Value> outputs) {
        Set<Integer> saved = outputs.stream().map(Value::id).collect(Collectors.toSet());
        int end = live.length; // until the first of them is recomputed, the step stays the same
        for (Value output : outputs) {
            end = Math.min(end, recomputed[output.id()]);
        }
        long[] added = new long[end + 1];
        for (Value output : outputs) {
            int from = lastReader[output.id()] + 1;
            if (from < end && isNeeded(output.id(), saved) && keepsNothing(step.producer(output.id()))) {
                added[from] += ArenaPacker.align(output.type().bytes());
            }
        }
        long sum = 0;
        for (int node = 0; node < end; node++) {
            sum += added[node];
            if (sum > 0 && live[node] + sum > limit) {
                return true;
            }
        }
        return false;
    }

    /// Whether the backward pass reads a value, or recomputes one from it that is not saved.
    private boolean isNeeded(int value, Set<Integer> saved) {
        return step.isReadLate(value) || !saved.containsAll(sources.getOrDefault(value, Set.of()));
    }

    /// Whether recomputing a node keeps no value alive: the backward pass reads its operands anyway, or recomputes them
    /// from such values.
    private boolean keepsNothing(int producer) {
        for (int operand : step.recomputation(producer).operands()) {
            boolean kept = !step.isReadLate(operand)
                    && !(recomputed[operand] != NEVER && keepsNothing(step.producer(operand)));
            if (kept) {
                return false;
            }
        }
        return true;
    }
}
