package io.yolofit.graph.plan;

import io.yolofit.graph.Node;
import io.yolofit.graph.Value;
import io.yolofit.graph.op.Alias;
import io.yolofit.graph.op.Concat;
import io.yolofit.graph.op.Flat;
import io.yolofit.graph.op.Slice;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Runs a program in its arena byte by byte, as an engine would: free nodes do nothing, concats copy only parts that
/// are not in place, all other nodes read their operands and write their outputs at their locations. Every read is
/// compared with the operand's contents in a run without an arena.
///
/// An element of b bytes is stored at its first byte; the next b - 1 bytes are marked as belonging to it. So overlaps
/// of values of different types are detected.
final class ArenaMachine {
    /// Semantics of ops.
    @FunctionalInterface
    interface Meaning {
        List<double[]> evaluate(Node node, List<double[]> operands);
    }

    private static final byte INSIDE = -1;

    private final Program program;
    private final Meaning meaning;
    private final double[] contents;
    private final byte[] widths;
    private Map<Value, double[]> expected = new IdentityHashMap<>();

    ArenaMachine(Program program, Meaning meaning) {
        this.program = program;
        this.meaning = meaning;
        contents = new double[Math.toIntExact(program.plan().arenaBytes())];
        widths = new byte[contents.length];
        Arrays.fill(contents, Double.NaN);
    }

    /// Writes an input before a run.
    void load(Value input, double[] elements) {
        write(input, elements, "the input");
    }

    /// Contents of a live value.
    double[] read(Value value) {
        return read(value, "the caller");
    }

    /// Runs all nodes in the order of the program.
    ///
    /// @param truth contents of every value in a run without an arena
    void run(Map<Value, double[]> truth) {
        run(truth, IntStream.range(0, program.graph().nodes().size()).boxed().toList());
    }

    /// Runs nodes in any order that their lanes and joins allow. Free nodes may be left out.
    void run(Map<Value, double[]> truth, List<Integer> order) {
        expected = truth;
        for (int time : order) {
            Node node = program.graph().nodes().get(time);
            checkPacking(node);
            checkOverlaps(node);
            scribbleWorkspace(time);
            execute(node);
        }
        program.graph().outputs().forEach((name, value) -> {
            require(program.assignment().of(value).packs(value), "output " + name + " is not packed");
            check(value, "output " + name);
        });
    }

    private void execute(Node node) {
        boolean free = program.assignment().isFree(node);
        for (Value input : reads(node, free)) {
            check(input, node.toString());
        }
        if (!free) {
            switch (node.op()) {
                case Concat concat -> copyParts(node, 0);
                case Flat.Pack pack -> copyParts(node, pack.firstPart());
                case Slice.Forward slice -> write(node.output(0), expected.get(node.output(0)), node.toString());
                default -> {
                    List<double[]> operands = node.inputs().stream().map(input -> read(input, node.toString()))
                            .toList();
                    List<double[]> results = meaning.evaluate(node, operands);
                    for (int i = 0; i < results.size(); i++) {
                        write(node.output(i), results.get(i), node.toString());
                    }
                }
            }
        }
        for (Value output : node.outputs()) {
            check(output, node + (free ? ", which is free," : ""));
        }
    }

    /// Whether a node reads an operand: a free view only names a part of it, and a pack only the location of its
    /// buffer.
    private static List<Value> reads(Node node, boolean free) {
        return switch (node.op()) {
            case Flat.View view -> List.of();
            case Slice.Forward slice when free -> List.of();
            case Flat.Pack pack -> node.inputs().subList(pack.firstPart(), node.inputs().size());
            default -> node.inputs();
        };
    }

    private void copyParts(Node node, int first) {
        Location whole = program.assignment().of(node.output(0));
        for (Alias alias : node.op().aliases(node)) {
            if (alias.kind() == Alias.Kind.SLOT && alias.input() >= first
                    && !program.assignment().inPlace(node, alias.input())) {
                Value part = node.input(alias.input());
                long pitch = alias.channels() ? whole.pitch() : part.shape().channels();
                Location place = new Location(whole.root(), whole.offset() + alias.offset() * part.dtype().bytes(),
                        pitch);
                write(part, place, read(part, node.toString()), node.toString());
            }
        }
    }

    private void checkPacking(Node node) {
        for (int i = 0; i < node.inputs().size(); i++) {
            require(!node.op().readsPacked(i) || program.assignment().of(node.input(i)).packs(node.input(i)),
                    node + " reads " + node.input(i) + " at " + program.assignment().of(node.input(i)));
        }
        for (int i = 0; i < node.outputs().size(); i++) {
            require(!node.op().writesPacked(i) || program.assignment().of(node.output(i)).packs(node.output(i)),
                    node + " writes " + node.output(i) + " at " + program.assignment().of(node.output(i)));
        }
    }

    /// A kernel reads and writes in no particular order: an output may overlap an operand only if the op declares it,
    /// and then element by element.
    private void checkOverlaps(Node node) {
        for (Value output : node.outputs()) {
            Location at = program.assignment().of(output);
            for (int i = 0; i < node.inputs().size(); i++) {
                Value input = node.input(i);
                Location there = program.assignment().of(input);
                if (bytesMeet(output, at, input, there) && !program.assignment().isFree(node) && !isSlot(node, i)) {
                    require(at.equals(there) && declares(node, output.index(), i),
                            node + " writes " + output + " over its operand " + input);
                }
            }
            for (Value other : node.outputs()) {
                require(other == output || !bytesMeet(output, at, other, program.assignment().of(other)),
                        node + " writes both " + output + " and " + other + " to the same bytes");
            }
        }
    }

    private static boolean declares(Node node, int output, int input) {
        return node.op().aliases(node).stream().anyMatch(alias -> alias.output() == output && alias.input() == input
                && (alias.kind() == Alias.Kind.REUSE || alias.kind() == Alias.Kind.IN_PLACE));
    }

    private static boolean isSlot(Node node, int input) {
        return node.op().aliases(node).stream()
                .anyMatch(alias -> alias.kind() == Alias.Kind.SLOT && alias.input() == input);
    }

    private boolean bytesMeet(Value left, Location at, Value right, Location there) {
        if (at.root() != there.root()) {
            return false;
        }
        BitSet bytes = new BitSet();
        for (int address : addresses(left, at)) {
            bytes.set(address, address + left.dtype().bytes());
        }
        for (int address : addresses(right, there)) {
            int next = bytes.nextSetBit(address);
            if (next >= 0 && next < address + right.dtype().bytes()) {
                return true;
            }
        }
        return false;
    }

    private void scribbleWorkspace(int time) {
        MemoryPlan plan = program.plan();
        for (int i = 0; i < plan.buffers().size(); i++) {
            Buffer buffer = plan.buffers().get(i);
            if (buffer.isWorkspaceOf(time)) {
                int start = (int) plan.offset(i);
                Arrays.fill(contents, start, start + (int) buffer.bytes(), Double.NaN);
                Arrays.fill(widths, start, start + (int) buffer.bytes(), (byte) 0);
            }
        }
    }

    private void check(Value value, String reader) {
        double[] actual = read(value, reader);
        double[] wanted = expected.get(value);
        for (int i = 0; i < wanted.length; i++) {
            if (Double.compare(actual[i], wanted[i]) != 0) {
                throw new AssertionError(reader + " finds " + actual[i] + " in element " + i + " of " + value + " at "
                        + program.assignment().of(value) + ", which should be " + wanted[i]);
            }
        }
    }

    private double[] read(Value value, String reader) {
        int[] addresses = addresses(value, program.assignment().of(value));
        int bytes = value.dtype().bytes();
        double[] elements = new double[addresses.length];
        for (int i = 0; i < elements.length; i++) {
            boolean whole = widths[addresses[i]] == bytes;
            for (int b = 1; b < bytes; b++) {
                whole &= widths[addresses[i] + b] == INSIDE;
            }
            if (!whole) {
                throw new AssertionError(reader + " finds no " + value.dtype() + " in element " + i + " of " + value);
            }
            elements[i] = contents[addresses[i]];
        }
        return elements;
    }

    private void write(Value value, double[] elements, String writer) {
        write(value, program.assignment().of(value), elements, writer);
    }

    private void write(Value value, Location at, double[] elements, String writer) {
        long start = program.plan().offset(at.root());
        long end = start + at.root().type().bytes();
        int bytes = value.dtype().bytes();
        int[] addresses = addresses(value, at);
        for (int i = 0; i < elements.length; i++) {
            int address = addresses[i];
            if (address < start || address + bytes > end) {
                throw new AssertionError(
                        writer + " writes element " + i + " of " + value + " outside of the buffer of " + at.root());
            }
            tear(address, bytes);
            contents[address] = elements[i];
            widths[address] = (byte) bytes;
            for (int b = 1; b < bytes; b++) {
                widths[address + b] = INSIDE;
            }
        }
    }

    /// Elements that extend over an end of the range become invalid.
    private void tear(int address, int bytes) {
        int before = address;
        while (before > 0 && widths[before] == INSIDE) {
            before--;
        }
        Arrays.fill(widths, before, address, (byte) 0);
        int next = address + bytes;
        while (next < widths.length && widths[next] == INSIDE) {
            widths[next++] = 0;
        }
    }

    /// The first byte of every element.
    private int[] addresses(Value value, Location at) {
        int[] addresses = new int[(int) value.shape().count()];
        long start = program.plan().offset(at.root()) + at.offset();
        int channels = (int) value.shape().channels();
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = (int) (start + (i / channels * at.pitch() + i % channels) * value.dtype().bytes());
        }
        return addresses;
    }

    private static void require(boolean holds, String complaint) {
        if (!holds) {
            throw new AssertionError(complaint);
        }
    }
}
