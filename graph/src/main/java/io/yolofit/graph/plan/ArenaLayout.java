package io.yolofit.graph.plan;

import io.yolofit.graph.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One arena for all programs of a run, which execute one after the other: persistent buffers first, by name and once
/// for all programs; then a landing place for the next batch, while the present one is computed; then everything else,
/// as long as the program that needs most of it.
///
/// A pure function of the programs, so that what `plan` prints is what an engine takes.
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
    /// @param staging whether the next batch is copied in while the present one is computed
    /// @throws IllegalArgumentException if two programs have a persistent buffer of one name and two sizes
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
                                + " bytes in one program and " + input.type().bytes() + " in another: programs of one"
                                + " arena must be of one model");
                    }
                }
            }
            stagingBytes = Math.max(stagingBytes, staging ? stagingBytes(program) : 0);
            transientBytes = Math.max(transientBytes, transientBytes(program));
        }
        return new ArenaLayout(offsets, sizes, end, stagingBytes, transientBytes);
    }

    /// Bytes in which a program's next inputs wait.
    public static long stagingBytes(Program program) {
        return staged(program).stream().mapToLong(input -> ArenaPacker.align(input.type().bytes())).sum();
    }

    /// The inputs that are copied in for every run, in the order in which they lie in the staging area.
    public static List<Value> staged(Program program) {
        List<Value> inputs = new ArrayList<>();
        for (Value input : program.graph().inputs()) {
            if (!input.role().persistent()) {
                inputs.add(input);
            }
        }
        return inputs;
    }

    /// What a program needs beside its persistent buffers.
    public static long transientBytes(Program program) {
        return program.plan().arenaBytes() - program.plan().persistentBytes();
    }

    /// Offset of a persistent buffer from the arena's beginning, by name, in their order.
    public Map<String, Long> persistentOffsets() {
        return persistentOffsets;
    }

    /// Bytes of a persistent buffer, without alignment, by name.
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

    /// Whether a program runs in this arena: it knows all its persistent buffers and has room for the rest.
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

    /// Offset of a value from the arena's beginning.
    public long offset(Program program, Value value) {
        Location at = program.assignment().of(value);
        Value root = at.root();
        if (root.isInput() && root.role().persistent()) {
            return persistentOffsets.get(root.name()) + at.offset();
        }
        return transientOffset() + program.plan().offset(root) - program.plan().persistentBytes() + at.offset();
    }

    /// Offset of a node's workspace from the arena's beginning, or -1 if it has none.
    public long workspaceOffset(Program program, int node) {
        List<Buffer> buffers = program.plan().buffers();
        for (int i = 0; i < buffers.size(); i++) {
            Buffer buffer = buffers.get(i);
            if (buffer.root() == null && buffer.first() == node) {
                return transientOffset() + program.plan().offset(i) - program.plan().persistentBytes();
            }
        }
        return -1;
    }
}
