package io.yolofit.graph.pass;

import io.yolofit.graph.DType;
import io.yolofit.graph.Graph;
import io.yolofit.graph.GraphBuilder;
import io.yolofit.graph.Node;
import io.yolofit.graph.Phase;
import io.yolofit.graph.Role;
import io.yolofit.graph.TensorType;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Accumulating;
import io.yolofit.graph.op.Add;
import io.yolofit.graph.op.DetectionLoss;
import io.yolofit.graph.op.Differentiable;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.op.Tape;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Appends the backward pass (reverse-mode automatic differentiation): gradients are ordinary nodes, in the reverse
/// order of the forward nodes.
/// ```
/// %y = conv2d.forward %x, %w                      ..
/// ..                                              %dw = conv2d.weightgrad %x, %dy
/// %items, %dhead = detection_loss ..   becomes    %dx = conv2d.datagrad %dy, %w
///                                                 ..
///                                                 %gradients = flat.pack %dw, ..
///                                                 out gradients = %gradients
/// ```
/// Gradients of a value with several readers accumulate in place. With `accumulate`, parameter gradients are added to
/// the input `gradients`; otherwise they overwrite it.
public record Differentiate(StateLayout layout, boolean accumulate) implements Pass {
    @Override
    public Graph run(Graph graph) {
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        Value sums = accumulate
                ? rewriter.builder().input("gradients", TensorType.of(DType.F32, layout.trainableCount()),
                        Role.GRADIENT)
                : null;
        rewriter.copyNodes();
        rewriter.copyOutputs();
        Backward backward = new Backward(graph, rewriter, layout, sums);
        for (Node node : graph.nodes().reversed()) {
            backward.visit(node);
        }
        rewriter.builder().output("gradients", backward.pack());
        return rewriter.finish();
    }

    /// The tape: the gradients so far, keyed by forward values of the source graph.
    private static final class Backward implements Tape {
        private final Rewriter rewriter;
        private final GraphBuilder builder;
        private final StateLayout layout;
        private final Value sums;
        private final Map<Value, Value> gradients = new IdentityHashMap<>();
        private final Set<Value> wanted = Collections.newSetFromMap(new IdentityHashMap<>());
        private final Set<Value> created = Collections.newSetFromMap(new IdentityHashMap<>());
        private final Map<Long, Value> leaves = new HashMap<>();
        private Node current;

        Backward(Graph graph, Rewriter rewriter, StateLayout layout, Value sums) {
            this.rewriter = rewriter;
            this.builder = rewriter.builder();
            builder.phase(Phase.BACKWARD);
            this.layout = layout;
            this.sums = sums;
            for (Node node : graph.nodes()) {
                if (isTrainable(node)) {
                    wanted.add(node.output(0));
                    leaves.put(((Flat.View) node.op()).offset(), node.output(0));
                } else if (node.op() instanceof Differentiable && node.inputs().stream().anyMatch(wanted::contains)) {
                    wanted.addAll(node.outputs());
                }
            }
        }

        private boolean isTrainable(Node node) {
            return node.op() instanceof Flat.View view && node.output(0).role() == Role.PARAMETER
                    && view.offset() < layout.trainableCount();
        }

        void visit(Node node) {
            boolean root = node.op() instanceof DetectionLoss;
            if (node.op() instanceof Differentiable op && node.inputs().stream().anyMatch(wanted::contains)
                    && (root || node.outputs().stream().anyMatch(gradients::containsKey))) {
                current = node;
                op.gradient(this, node);
            }
        }

        /// Gradient rules pass forward values of the source graph and gradients of the new graph.
        private Value resolve(Value value) {
            return created.contains(value) ? value : rewriter.now(value);
        }

        @Override
        public Value gradientOf(Value output) {
            return gradients.get(output);
        }

        @Override
        public boolean wants(Value input) {
            return wanted.contains(input);
        }

        @Override
        public void contribute(Value input, Op op, Value... operands) {
            Value existing = existing(input);
            if (existing != null && op instanceof Accumulating) {
                Value[] extended = Arrays.copyOf(operands, operands.length + 1);
                extended[operands.length] = existing;
                gradients.put(input, emit(input, op, extended).getFirst());
            } else {
                contribute(input, emit(input, op, operands).getFirst());
            }
        }

        @Override
        public void contribute(Value input, Value gradient) {
            if (!wants(input)) {
                return;
            }
            Value existing = existing(input);
            Value added = resolve(gradient);
            created.add(added);
            gradients.put(input, existing == null ? added : emit(input, new Add(), existing, added).getFirst());
        }

        @Override
        public List<Value> emit(Op op, Value... operands) {
            return emit(current.input(0), op, operands);
        }

        private List<Value> emit(Value input, Op op, Value... operands) {
            List<Value> resolved = new ArrayList<>();
            for (Value operand : operands) {
                resolved.add(resolve(operand));
            }
            Role role = input.role() == Role.PARAMETER ? Role.GRADIENT : Role.ACTIVATION_GRADIENT;
            List<Value> outputs = builder.emit(op, input.name() + ".grad", role, resolved);
            created.addAll(outputs);
            return outputs;
        }

        /// The contributions so far; for a parameter whose gradients accumulate over steps, initially that sum.
        private Value existing(Value input) {
            Value existing = gradients.get(input);
            if (existing == null && sums != null && input.producer() != null && isTrainable(input.producer())) {
                Flat.View place = (Flat.View) input.producer().op();
                existing = builder.emit(place, input.name() + ".sum", Role.GRADIENT, sums).getFirst();
                created.add(existing);
            }
            return existing;
        }

        Value pack() {
            List<Value> parts = new ArrayList<>();
            if (sums != null) {
                parts.add(sums);
            }
            for (StateLayout.Slot slot : layout.parameters().values()) {
                if (slot.offset() < layout.trainableCount()) {
                    Value gradient = gradients.get(leaves.get(slot.offset()));
                    if (gradient == null) {
                        throw new IllegalStateException("the loss does not depend on parameter " + slot.name());
                    }
                    parts.add(gradient);
                }
            }
            return builder.emit(new Flat.Pack(sums != null), "gradients.packed", Role.GRADIENT, parts).getFirst();
        }
    }
}
