package io.yolofit.graph.pass;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Role;
import io.yolofit.graph.Shape;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Reshape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Offsets of a model's tensors in the flat buffers.
///
/// Parameters are ordered by optimizer group: convolution weights, normalization weights, biases, and last the frozen
/// ones, which have neither gradients nor moments. Weights and frozen parameters start at a multiple of eight elements
/// (up to seven unused elements separate trainable from frozen parameters), and within a group tensors whose length is
/// a multiple of eight come first. So all of these are aligned to 16 bytes, even in half precision. Statistics keep the
/// model's order. The average (`ema`) holds the parameters, then the statistics.
public final class StateLayout {
    /// Range of a tensor.
    ///
    /// @param offset in elements, from the start of its flat buffer
    public record Slot(String name, Shape shape, Group group, long offset) {
        public long end() {
            return offset + shape.count();
        }
    }

    /// Optimizer groups, in the order of the flat buffer.
    public enum Group {
        WEIGHT, NORMALIZATION, BIAS, FROZEN, STATISTIC
    }

    private static final int ALIGNED_ELEMENTS = 8;

    private final Map<String, Slot> parameters = new LinkedHashMap<>();
    private final Map<String, Slot> statistics = new LinkedHashMap<>();
    private final List<Long> groupEnds = new ArrayList<>();
    private final long parameterCount;
    private final long statisticCount;

    private StateLayout(List<Value> parameterValues, List<Value> statisticValues, Set<String> factors,
            Predicate<String> frozen) {
        long offset = 0;
        for (Group group : List.of(Group.WEIGHT, Group.NORMALIZATION, Group.BIAS, Group.FROZEN)) {
            List<Value> members = parameterValues.stream().filter(value -> groupOf(value, factors, frozen) == group)
                    .sorted(Comparator.comparing(value -> value.shape().count() % ALIGNED_ELEMENTS != 0)).toList();
            if (group == Group.FROZEN && !members.isEmpty()) {
                offset = Math.ceilDiv(offset, ALIGNED_ELEMENTS) * ALIGNED_ELEMENTS;
            }
            offset = place(members, group, offset, parameters);
            if (group != Group.FROZEN) {
                groupEnds.add(offset);
            }
        }
        parameterCount = offset;
        statisticCount = place(statisticValues, Group.STATISTIC, 0, statistics);
    }

    /// The layout of a forward graph's inputs. Parameters that no output of the graph depends on cannot be trained, and
    /// are laid out as frozen: those of layers that a head does not read. Vectors of factors that are reshaped to the
    /// weights of a convolution are weights too.
    ///
    /// @param frozen which parameters, by name, are not trained
    public static StateLayout of(Graph forward, Predicate<String> frozen) {
        Set<String> used = forward.dependencies(forward.outputs().values()).stream().map(Value::name)
                .collect(Collectors.toSet());
        List<Value> parameters = forward.inputs().stream().filter(value -> value.role() == Role.PARAMETER).toList();
        List<Value> statistics = forward.inputs().stream().filter(value -> value.role() == Role.STATISTIC).toList();
        Set<String> factors = parameters.stream().filter(value -> forward.readers(value).stream()
                .anyMatch(reader -> reader.op() instanceof Reshape)).map(Value::name).collect(Collectors.toSet());
        return new StateLayout(parameters, statistics, factors, name -> frozen.test(name) || !used.contains(name));
    }

    private static long place(List<Value> members, Group group, long start, Map<String, Slot> slots) {
        long offset = start;
        for (Value member : members) {
            Slot slot = new Slot(member.name(), member.shape(), group, offset);
            slots.put(member.name(), slot);
            offset = slot.end();
        }
        return offset;
    }

    private static Group groupOf(Value value, Set<String> factors, Predicate<String> frozen) {
        if (frozen.test(value.name())) {
            return Group.FROZEN;
        }
        if (value.name().endsWith("bias")) {
            return Group.BIAS;
        }
        return value.shape().rank() > 1 || factors.contains(value.name()) ? Group.WEIGHT : Group.NORMALIZATION;
    }

    /// Parameters by name, in the order of the flat buffer.
    public Map<String, Slot> parameters() {
        return java.util.Collections.unmodifiableMap(parameters);
    }

    /// Running statistics by name, in the order of their flat buffer.
    public Map<String, Slot> statistics() {
        return java.util.Collections.unmodifiableMap(statistics);
    }

    /// Elements of the parameter buffer.
    public long parameterCount() {
        return parameterCount;
    }

    /// Elements of the gradient and moment buffers: parameters that are not frozen.
    public long trainableCount() {
        return groupEnds.getLast();
    }

    public long statisticCount() {
        return statisticCount;
    }

    /// End offsets of the groups weights, normalization and biases.
    public List<Long> groupEnds() {
        return List.copyOf(groupEnds);
    }
}
