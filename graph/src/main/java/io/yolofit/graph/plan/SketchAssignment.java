package io.yolofit.graph.plan;

import io.yolofit.graph.op.Alias;
import io.yolofit.graph.plan.NodeFacts.ValueFacts;
import java.util.Arrays;

/// Buffer assignment of a sketch: the algorithm that [BufferAssignment] describes, on numbers.
final class SketchAssignment {
    static final int NONE = -1;

    private final MemorySketch sketch;
    /// The whole of a value that has a slot, and the slot.
    private final int[] wholes;
    private final Alias[] slots;
    private final int[] roots;
    private final long[] offsets;
    private final long[] pitches;
    /// The values of a root in the order of assignment, as linked lists.
    private final int[] heads;
    private final int[] tails;
    private final int[] following;
    private final boolean[] packedReader;
    private final int[] lastReads;
    /// The last node that may execute while a reader of another lane than the main one does.
    private final int[] lastOverlaps;
    private final int[] ends;

    SketchAssignment(MemorySketch sketch) {
        this.sketch = sketch;
        int values = sketch.valueCount();
        wholes = filled(values);
        slots = new Alias[values];
        roots = filled(values);
        offsets = new long[values];
        pitches = new long[values];
        heads = filled(values);
        tails = new int[values];
        following = filled(values);
        packedReader = new boolean[values];
        lastReads = filled(values);
        lastOverlaps = filled(values);
        ends = new int[sketch.nodeCount()];
        findPackedReaders();
        findEnds();
        findLastReads();
        assignSlots();
        for (int input : sketch.graphInputs()) {
            newBuffer(input);
        }
        for (int node = 0; node < sketch.nodeCount(); node++) {
            for (int output : sketch.outputs(node)) {
                locate(output, node, node);
            }
        }
    }

    private static int[] filled(int length) {
        int[] array = new int[length];
        Arrays.fill(array, NONE);
        return array;
    }

    MemorySketch sketch() {
        return sketch;
    }

    int root(int value) {
        return roots[value];
    }

    /// Bytes from the start of the root's buffer.
    long offset(int value) {
        return offsets[value];
    }

    /// Elements from one pixel to the next.
    long pitch(int value) {
        return pitches[value];
    }

    /// The first value of a root.
    int first(int root) {
        return heads[root];
    }

    /// The next value of the same root, or [#NONE].
    int next(int value) {
        return following[value];
    }

    /// The last node that may still execute while the last reader of a value does; [#NONE] without readers.
    int lastRead(int value) {
        return lastReads[value];
    }

    /// The last node that may execute at the same time as a node.
    int end(int node) {
        return ends[node];
    }

    private void findPackedReaders() {
        for (int node = 0; node < sketch.nodeCount(); node++) {
            NodeFacts facts = sketch.node(node);
            int[] inputs = sketch.inputs(node);
            for (int i = 0; i < inputs.length; i++) {
                packedReader[inputs[i]] |= facts.readsPacked(i);
            }
        }
    }

    /// See [WorkspaceModel#runsUntil].
    private void findEnds() {
        int[] firstReader = new int[sketch.valueCount()];
        Arrays.fill(firstReader, Integer.MAX_VALUE);
        int nextOnSide = sketch.nodeCount();
        for (int node = sketch.nodeCount() - 1; node >= 0; node--) {
            ends[node] = node;
            Lane lane = sketch.node(node).lane;
            if (lane != Lane.MAIN) {
                int join = lane == Lane.SIDE ? nextOnSide : sketch.nodeCount();
                for (int output : sketch.outputs(node)) {
                    join = Math.min(join, firstReader[output]);
                }
                ends[node] = join - 1;
                nextOnSide = lane == Lane.SIDE ? node : nextOnSide;
            }
            for (int input : sketch.inputs(node)) {
                firstReader[input] = node;
            }
        }
    }

    private void findLastReads() {
        for (int node = 0; node < ends.length; node++) {
            for (int input : sketch.inputs(node)) {
                lastReads[input] = Math.max(lastReads[input], ends[node]);
                if (sketch.node(node).lane != Lane.MAIN) {
                    lastOverlaps[input] = Math.max(lastOverlaps[input], ends[node]);
                }
            }
        }
    }

    private void assignSlots() {
        int[] occurrences = new int[sketch.valueCount()];
        for (int node = 0; node < sketch.nodeCount(); node++) {
            Alias[] found = sketch.node(node).slots;
            if (found.length > 0) {
                int[] inputs = sketch.inputs(node);
                for (int input : inputs) {
                    occurrences[input]++;
                }
                for (Alias alias : found) {
                    int part = alias.channels() ? inputs[alias.input()] : original(inputs[alias.input()]);
                    if (wholes[part] == NONE && occurrences[part] <= 1 && canMove(part, alias.channels())) {
                        wholes[part] = sketch.outputs(node)[alias.output()];
                        slots[part] = alias;
                    }
                }
                for (int input : inputs) {
                    occurrences[input] = 0;
                }
            }
        }
    }

    /// The value whose memory a value updates in place; itself if it does not.
    private int original(int value) {
        int producer = sketch.producer(value);
        if (producer >= 0) {
            for (Alias alias : sketch.node(producer).shared[sketch.index(value)]) {
                if (alias.kind() == Alias.Kind.IN_PLACE) {
                    return original(sketch.inputs(producer)[alias.input()]);
                }
            }
        }
        return value;
    }

    private boolean canMove(int part, boolean channels) {
        int producer = sketch.producer(part);
        if (producer < 0 || sketch.isOutput(part)) {
            return false;
        }
        NodeFacts facts = sketch.node(producer);
        int index = sketch.index(part);
        return !facts.isBound(index) && (!channels || !facts.writesPacked(index) && !packedReader[part]);
    }

    private void locate(int value, int node, int time) {
        if (roots[value] != NONE) {
            return; // a whole is located together with its first part
        }
        if (wholes[value] != NONE) {
            locateInSlot(value);
            return;
        }
        for (Alias alias : sketch.node(node).shared[sketch.index(value)]) {
            if (share(value, node, time, alias)) {
                return;
            }
        }
        newBuffer(value);
    }

    /// A part may be written before its whole exists: the whole is then located first.
    private void locateInSlot(int part) {
        int whole = wholes[part];
        Alias slot = slots[part];
        locate(whole, sketch.producer(whole), NONE);
        place(part, roots[whole], offsets[whole] + slot.offset() * sketch.value(part).width(),
                slot.channels() ? pitches[whole] : sketch.value(part).channels());
    }

    /// Places a value at an operand of its node, if allowed.
    private boolean share(int value, int node, int time, Alias alias) {
        int input = sketch.inputs(node)[alias.input()];
        ValueFacts facts = sketch.value(value);
        switch (alias.kind()) {
            case IN_PLACE -> place(value, roots[input], offsets[input], pitches[input]);
            case VIEW -> {
                long pitch = alias.channels() ? pitches[input] : facts.channels();
                boolean copied = pitch != facts.channels() && (packedReader[value] || sketch.isOutput(value));
                boolean scattered = !alias.channels() && !isPacked(input);
                if (copied || scattered) {
                    return false;
                }
                place(value, roots[input], offsets[input] + alias.offset() * facts.width(), pitch);
            }
            case REUSE -> {
                if (!mayOverwrite(value, node, time, alias.input())) {
                    return false;
                }
                place(value, roots[input], offsets[input], pitches[input]);
            }
            case SLOT -> {
                return false;
            }
        }
        return true;
    }

    private boolean isPacked(int value) {
        return pitches[value] == sketch.value(value).channels();
    }

    private boolean mayOverwrite(int value, int node, int time, int operand) {
        int overwritten = sketch.inputs(node)[operand];
        ValueFacts facts = sketch.value(value);
        ValueFacts there = sketch.value(overwritten);
        if (time < 0 || there.bytes() != facts.bytes() || there.width() != facts.width()) {
            return false;
        }
        boolean needsPacked = sketch.node(node).writesPacked(sketch.index(value)) || packedReader[value]
                || sketch.isOutput(value);
        if (needsPacked && pitches[overwritten] != facts.channels()) {
            return false;
        }
        int root = roots[overwritten];
        if (sketch.isPersistent(root)) {
            return false;
        }
        for (int held = heads[root]; held != NONE; held = following[held]) {
            boolean needed = sketch.producer(held) == node || sketch.isOutput(held) || lastReads[held] > time
                    || lastOverlaps[held] >= time;
            if (needed && overlap(held, overwritten)) {
                return false;
            }
        }
        return !clobbersOtherOperand(node, sketch.index(value), operand);
    }

    /// Whether the node also reads the overwritten bytes through another operand, other than element by element: a
    /// pooling gradient must not overwrite dy when it accumulates into dy itself.
    private boolean clobbersOtherOperand(int node, int output, int operand) {
        int[] inputs = sketch.inputs(node);
        int overwritten = inputs[operand];
        for (int i = 0; i < inputs.length; i++) {
            int other = inputs[i];
            boolean elementwise = roots[other] == roots[overwritten] && offsets[other] == offsets[overwritten]
                    && pitches[other] == pitches[overwritten] && sketch.node(node).mayReuse(output, i);
            if (i != operand && !elementwise && overlap(other, overwritten)) {
                return true;
            }
        }
        return false;
    }

    /// Whether two values overlap. Channel ranges of equal pitch are compared within a pixel; all other values by their
    /// whole extent.
    boolean overlap(int left, int right) {
        if (roots[left] != roots[right]) {
            return false;
        }
        long start = offsets[left];
        long other = offsets[right];
        if (start + extent(left) <= other || other + extent(right) <= start) {
            return false;
        }
        ValueFacts facts = sketch.value(left);
        ValueFacts there = sketch.value(right);
        if (pitches[left] != pitches[right] || facts.dtype() != there.dtype()) {
            return true;
        }
        long row = pitches[left] * facts.width();
        return start % row < other % row + there.channels() * there.width()
                && other % row < start % row + facts.channels() * facts.width();
    }

    /// Bytes from a value's first element to the end of its last one.
    private long extent(int value) {
        ValueFacts facts = sketch.value(value);
        return facts.count() == 0 ? 0
                : ((facts.count() / facts.channels() - 1) * pitches[value] + facts.channels()) * facts.width();
    }

    private void newBuffer(int value) {
        place(value, value, 0, sketch.value(value).channels());
    }

    private void place(int value, int root, long offset, long pitch) {
        roots[value] = root;
        offsets[value] = offset;
        pitches[value] = pitch;
        if (heads[root] == NONE) {
            heads[root] = value;
        } else {
            following[tails[root]] = value;
        }
        tails[root] = value;
    }
}
