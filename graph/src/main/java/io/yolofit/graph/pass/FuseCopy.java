package io.yolofit.graph.pass;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.rewrite.Pass;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Fuses a copy into the normalization that produces its source: the channels that a convolution reads packed or, if a
/// convolution reads the whole result packed, the part of a concat.
/// ```
/// %a, .. = bnact.forward %y, ..                 %a, .., %s = bnact.forward[copy=4+4] %y, ..
/// %s = slice.forward[4, 4] %a        becomes
/// %z = conv2d.forward %s, %w                    %z = conv2d.forward %s, %w
///
/// %a, .. = bnact.forward %y, ..                 %a, .., %p = bnact.forward[copy=0+8] %y, ..
/// %z = conv2d.forward %a, %w         becomes    %z = conv2d.forward %a, %w
/// %c = concat %b, %a, %z                        %c = concat %b, %p, %z
/// ```
/// This saves a copy kernel, which would read the values that have just been written; `%p` is written directly into its
/// slot of the concat. Values are bit-identical. The pass runs after rematerialization, so that it applies to
/// recomputed nodes too, and differentiation and rematerialization need no rule for it.
///
/// Does not fire where no reader needs packed values, because the slice is then a view or the part has its slot, at no
/// cost; where a slice does not directly follow the normalization, because the copy would live longer than the slice;
/// where no earlier part is stored in the concat, because the concat would live longer; nor for a second slice or part.
public record FuseCopy() implements Pass {
    @Override
    public Graph run(Graph graph) {
        Map<Node, Node> readers = readers(graph);
        return readers.isEmpty() ? graph : rewrite(graph, readers);
    }

    /// The slice or concat that each normalization writes a copy for.
    private static Map<Node, Node> readers(Graph graph) {
        Map<Node, Node> readers = new IdentityHashMap<>();
        Map<Node, Integer> times = new IdentityHashMap<>();
        List<Node> nodes = graph.nodes();
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            times.put(node, i);
            if (i > 0 && isSlice(graph, nodes.get(i - 1), node)) {
                readers.put(nodes.get(i - 1), node);
            } else if (node.op() instanceof Concat) {
                for (Value part : node.inputs()) {
                    if (isPart(graph, node, part, times)) {
                        readers.putIfAbsent(part.producer(), node);
                    }
                }
            }
        }
        return readers;
    }

    private static boolean isSlice(Graph graph, Node norm, Node slice) {
        return canCopy(norm) && slice.op() instanceof Slice.Forward && slice.input(0) == norm.output(0)
                && graph.hasPackedReader(slice.output(0));
    }

    private static boolean canCopy(Node norm) {
        return norm.op() instanceof BnAct.Result result && result.copy().isNone();
    }

    private static boolean isPart(Graph graph, Node concat, Value part, Map<Node, Integer> times) {
        return part.producer() != null && canCopy(part.producer()) && part == part.producer().output(0)
                && graph.hasPackedReader(part)
                && concat.inputs().stream().filter(part::equals).count() == 1
                && concat.inputs().stream().anyMatch(other -> other.producer() != null
                        && times.get(other.producer()) < times.get(part.producer())
                        && !graph.hasPackedReader(other) && !graph.isOutput(other));
    }

    private static Graph rewrite(Graph graph, Map<Node, Node> readers) {
        Rewriter rewriter = new Rewriter(graph);
        rewriter.copyInputs();
        Map<Value, Value> copies = new IdentityHashMap<>();
        for (Node node : graph.nodes()) {
            if (readers.get(node) instanceof Node reader) {
                List<Value> outputs = rewriter.builder().emit(((BnAct.Result) node.op()).with(copy(node, reader)),
                        node.name(), node.output(0).role(), rewriter.now(node.inputs()));
                node.outputs().forEach(output -> rewriter.replace(output, outputs.get(output.index())));
                if (reader.op() instanceof Slice.Forward) {
                    rewriter.replace(reader.output(0), outputs.getLast());
                } else {
                    copies.put(node.output(0), outputs.getLast());
                }
            } else if (node.op() instanceof Concat) {
                rewriter.copy(node, parts(node, readers, copies, rewriter));
            } else if (!(node.op() instanceof Slice.Forward && readers.containsValue(node))) {
                rewriter.copy(node);
            }
        }
        rewriter.copyOutputs();
        return rewriter.finish();
    }

    private static BnAct.Copy copy(Node norm, Node reader) {
        return reader.op() instanceof Slice.Forward range ? new BnAct.Copy(range.offset(), range.channels())
                : new BnAct.Copy(0, norm.output(0).shape().channels());
    }

    private static List<Value> parts(Node concat, Map<Node, Node> readers, Map<Value, Value> copies,
            Rewriter rewriter) {
        List<Value> parts = new ArrayList<>();
        for (Value part : concat.inputs()) {
            boolean copied = part.producer() != null && readers.get(part.producer()) == concat
                    && copies.containsKey(part);
            parts.add(copied ? copies.get(part) : rewriter.now(part));
        }
        return parts;
    }
}
