package io.yolofit.graph.plan;

import io.yolofit.graph.Graph;
import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.AllReduce;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.Slice;
import io.yolofit.graph.reference.Interpreter;
import io.yolofit.graph.testing.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Runs programs in their arenas and without arenas, and compares.
final class ArenaRun {
    private ArenaRun() {
    }

    /// Runs two steps with the ops' semantics, the second from the state that the first left in the arena.
    static void check(Program program, Map<String, double[]> inputs) {
        Graph graph = program.graph();
        ArenaMachine machine = new ArenaMachine(program, ArenaRun::evaluateNode);
        Map<Value, double[]> truth = new IdentityHashMap<>();
        for (int step = 0; step < 2; step++) {
            for (Value input : graph.inputs()) {
                if (step == 0 || !input.role().persistent()) {
                    machine.load(input, inputs.get(input.name()));
                }
                truth.put(input, machine.read(input));
            }
            evaluate(graph, ArenaRun::evaluateNode, truth);
            machine.run(truth);
        }
    }

    /// All ranks have the same vectors.
    private static List<double[]> evaluateNode(Node node, List<double[]> operands) {
        return node.op() instanceof AllReduce sum ? List.of(Vectors.scaled(operands.getFirst(), sum.ranks()))
                : Interpreter.evaluate(node, operands);
    }

    /// Runs one step in which every computed element is a distinct number, so equal contents of different values cannot
    /// hide an overlap.
    static void checkIdentities(Program program) {
        checkIdentities(program, IntStream.range(0, program.graph().nodes().size()).boxed().toList());
    }

    /// The same where every node of another lane than the main one executes as late as the joins allow.
    static void checkLateIdentities(Program program) {
        checkIdentities(program, lateOrder(program));
    }

    private static List<Integer> lateOrder(Program program) {
        List<Integer> order = new ArrayList<>();
        List<Integer> waiting = new ArrayList<>();
        List<Schedule.Step> steps = program.schedule().steps();
        for (int node = 0; node < steps.size(); node++) {
            for (int joined : steps.get(node).joins()) {
                List<Integer> finished = waiting.stream().filter(other -> other <= joined
                        && steps.get(other).lane() == steps.get(joined).lane()).toList();
                order.addAll(finished);
                waiting.removeAll(finished);
            }
            if (!program.assignment().isFree(program.graph().nodes().get(node))) {
                (steps.get(node).lane() == Lane.MAIN ? order : waiting).add(node);
            }
        }
        order.addAll(waiting);
        return order;
    }

    private static void checkIdentities(Program program, List<Integer> order) {
        Map<Value, double[]> truth = new IdentityHashMap<>();
        Identities identities = new Identities();
        ArenaMachine machine =
                new ArenaMachine(program, (node, operands) -> node.outputs().stream().map(truth::get).toList());
        for (Value input : program.graph().inputs()) {
            truth.put(input, identities.fresh(input));
            machine.load(input, truth.get(input));
        }
        evaluate(program.graph(), identities::evaluate, truth);
        machine.run(truth, order);
    }

    private static void evaluate(Graph graph, ArenaMachine.Meaning meaning, Map<Value, double[]> contents) {
        for (Node node : graph.nodes()) {
            List<double[]> results = meaning.evaluate(node, node.inputs().stream().map(contents::get).toList());
            for (int i = 0; i < results.size(); i++) {
                contents.put(node.output(i), results.get(i));
            }
        }
    }

    /// Ops that move elements keep their numbers; all others produce new ones.
    private static final class Identities {
        private double next;

        double[] fresh(Value value) {
            double[] elements = new double[(int) value.shape().count()];
            Arrays.setAll(elements, i -> next++);
            return elements;
        }

        List<double[]> evaluate(Node node, List<double[]> operands) {
            return switch (node.op()) {
                case Flat.View view -> Interpreter.evaluate(node, operands);
                case Flat.Pack pack -> Interpreter.evaluate(node, operands);
                case Concat concat -> Interpreter.evaluate(node, operands);
                case Slice.Forward slice -> Interpreter.evaluate(node, operands);
                default -> node.outputs().stream().map(this::fresh).toList();
            };
        }
    }
}
