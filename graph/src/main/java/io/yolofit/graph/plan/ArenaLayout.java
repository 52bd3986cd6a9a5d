package io.yolofit.graph.plan;

import io.yolofit.graph.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One arena shared by all programs of a run, which execute one after the other: persistent buffers first, by name and
/// common to all programs; then the staging area, which receives the next batch while the current one is computed; then
/// transient buffers, as large as the program with the largest need.
///
/// A pure function of the programs, so the size that `plan` prints is the size that an engine allocates.
public final class ArenaLayout {
    private final Map<String, Long> persistentOffsets;
    private final Map<String, Long> persistentSizes;
    private final long persistentBytes;
    private final long stagingBytes;
    private final long transientBytes;

    private ArenaLayout(Map<String, Long> persistentOffsets, Map<String, Long> persistentSizes, long persistentBytes,
            long stagingBytes, long transientBytes) {
        this.persistentOffsets = Collections.unmodifiableMap(persistentOffsets);
        this.persistentSizes = Collections.unmodifiableMap(persistentSizes);
        this.persistentBytes = persistentBytes;
        this.stagingBytes = stagingBytes;
        this.transientBytes = transientBytes;
    }

    /// The layout of these programs.
    ///
    /// @param staging whether the next batch is copied to the device while the current one is computed
    /// @throws IllegalArgumentException if two programs have persistent buffers of equal name but different sizes
    public static ArenaLayout of(List<Program> programs, boolean staging) {
        Map<String, Long> offsets = new LinkedHashMap<>();
        Map<String, Long> sizes = new LinkedHashMap<>();
        long end = 0;
        long stagingBytes = 0;
        long transientBytes = 0;
        for (Program program : programs) {
            for (Value input : program.graph().inputs()) {
                if (input.role().persistent()) {
                    Long size = sizes.putIfAbsent(input.name(), input.type().bytes());
                    if (size == null) {
                        offsets.put(input.name(), end);
                        end += ArenaPacker.align(input.type().bytes());
                    } else if (size != input.type().bytes()) {
                        throw new IllegalArgumentException("persistent buffer '" + input.name() + "' has " + size
                                + " bytes in one program and " + input.type().bytes() + " in another: programs that"
                                + " share an arena must belong to one model");
                    }
                }
            }
            stagingBytes = Math.max(stagingBytes, staging ? stagingBytes(program) : 0);
            transientBytes = Math.max(transientBytes, transientBytes(program));
        }
        return new ArenaLayout(offsets, sizes, end, stagingBytes, transientBytes);
    }

    /// Bytes that a program needs in the staging area.
    public static long stagingBytes(Program program) {
        return staged(program).stream().mapToLong(input -> ArenaPacker.align(input.type().bytes())).sum();
    }

    /// The inputs that are copied to the device for every step, in the order of the staging area.
    public static List<Value> staged(Program program) {
        List<Value> inputs = new ArrayList<>();
        for (Value input : program.graph().inputs()) {
            if (!input.role().persistent()) {
                inputs.add(input);
            }
        }
        return inputs;
    }

    /// Bytes of a program's transient buffers.
    public static long transientBytes(Program program) {
        return program.plan().arenaBytes() - program.plan().persistentBytes();
    }

    /// Offsets of persistent buffers in the arena by name, in layout order.
    public Map<String, Long> persistentOffsets() {
        return persistentOffsets;
    }

    /// Bytes of persistent buffers, without alignment, by name.
    public Map<String, Long> persistentSizes() {
        return persistentSizes;
    }

    public long persistentBytes() {
        return persistentBytes;
    }

    public long stagingOffset() {
        return persistentBytes;
    }

    public long stagingBytes() {
        return stagingBytes;
    }

    public long transientOffset() {
        return persistentBytes + stagingBytes;
    }

    public long transientBytes() {
        return transientBytes;
    }

    /// Bytes of the arena.
    public long bytes() {
        return persistentBytes + stagingBytes + transientBytes;
    }

    /// Whether a program runs in this arena: all its persistent buffers exist and its other buffers fit.
    public boolean fits(Program program) {
        for (Value input : program.graph().inputs()) {
            if (input.role().persistent() && !Long.valueOf(input.type().bytes())
                    .equals(persistentSizes.get(input.name()))) {
                return false;
            }
        }
        return transientBytes(program) <= transientBytes && (stagingBytes == 0
                || stagingBytes(program) <= stagingBytes);
    }

    /// Offset of a value in the arena, in bytes.
    public long offset(Program program, Value value) {
        Location at = program.assignment().of(value);
        Value root = at.root();
        if (root.isInput() && root.role().persistent()) {
            return persistentOffsets.get(root.name()) + at.offset();
        }
        return transientOffset() + program.plan().offset(root) - program.plan().persistentBytes() + at.offset();
    }

    /// Offset of a node's workspace in the arena, in bytes; -1 if it has none.
    public long workspaceOffset(Program program, int node) {
        List<Buffer> buffers = program.plan().buffers();
        for (int i = 0; i < buffers.size(); i++) {
            Buffer buffer = buffers.get(i);
            if (buffer.isWorkspaceOf(node)) {
                return transientOffset() + program.plan().offset(i) - program.plan().persistentBytes();
            }
        }
        return -1;
    }
}
