package io.yolofit.graph.recompute;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Role;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.BnAct;
import io.yolofit.graph.op.Op;
import io.yolofit.graph.rewrite.Rewriter;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Writes a training step in which some values of the forward pass are made again where the backward pass reads them.
///
/// A rebuilt value stands right before its first reader, behind what it is made of. It serves that reader alone, or
/// those of the reader's row that follow, as the row says. A convolution runs again once at most.
final class Rebuild {
    /// Ends the names of rebuilt nodes.
    static final String SUFFIX = ".again";

    private final RecomputeRows rows;
    private final Predicate<Value> dropped;
    private final Predicate<String> sharing;
    private final Rewriter rewriter;
    private final Map<Value, Value> pointwise = new IdentityHashMap<>();
    private final Map<Value, Value> convolutions = new IdentityHashMap<>();
    private String row;

    /// @param dropped which values of the forward pass the backward pass makes again
    /// @param sharing rows in which a rebuilt value serves several readers
    Rebuild(RecomputeRows rows, Predicate<Value> dropped, Predicate<String> sharing) {
        this.rows = rows;
        this.dropped = dropped;
        this.sharing = sharing;
        rewriter = new Rewriter(rows.graph());
    }

    Graph run() {
        rewriter.copyInputs();
        rows.forward().forEach(rewriter::copy);
        rewriter.copy(rows.backward().getFirst()); // the loss itself reads what is still there
        rows.backward().stream().skip(1).forEach(this::copy);
        rewriter.copyOutputs();
        return rewriter.finish();
    }

    private void copy(Node node) {
        if (node.inputs().stream().noneMatch(dropped)) {
            rewriter.copy(node);
            return;
        }
        String now = RecomputeRows.row(node);
        if (!now.equals(row) || !sharing.test(now)) {
            row = now;
            pointwise.clear();
        }
        rewriter.copy(node, again(node.inputs()));
    }

    private List<Value> again(List<Value> values) {
        return values.stream().map(this::again).toList();
    }

    private Value again(Value value) {
        if (!dropped.test(value)) {
            return rewriter.now(value);
        }
        boolean convolution = rows.kind(value) == RecomputeRows.Kind.CONVOLUTION;
        Map<Value, Value> made = convolution ? convolutions : pointwise;
        Value again = made.get(value);
        if (again == null) {
            again = emit(value.producer());
            made.put(value, again);
        }
        return again;
    }

    private Value emit(Node node) {
        Op op = node.op();
        List<Value> operands = new ArrayList<>();
        if (op instanceof BnAct.Forward forward) {
            op = new BnAct.Apply(forward.activation());
            operands.addAll(again(node.inputs().subList(0, 3)));
            operands.addAll(rewriter.now(node.outputs().subList(1, 3)));
            operands.addAll(again(node.inputs().subList(BnAct.RESIDUAL, node.inputs().size())));
        } else {
            operands.addAll(again(node.inputs()));
        }
        return rewriter.builder().emit(op, node.name() + SUFFIX, Role.ACTIVATION, operands).getFirst();
    }
}
