package io.yolofit.graph.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/// Packs buffers: assigns offsets such that buffers with overlapping live ranges share no byte, in an arena as small as
/// possible.
///
/// This is dynamic storage allocation, which is NP-hard to solve exactly but solved well by best fit: buffers are
/// placed one after the other, each in the tightest gap between placed buffers whose live ranges overlap its own. The
/// result depends on the order of placement. Longest live range first is best on training graphs, whose saved
/// activations nest like brackets; size, size times live range, and start win occasionally. The best of these orders is
/// then improved by random perturbation (local search), until it meets the lower bound (the maximum of live bytes) or
/// the tries are used up. The result depends on the arguments only.
public final class ArenaPacker {
    /// Alignment of every buffer, in bytes.
    public static final long ALIGNMENT = 256;

    private static final int TRIES = 150;
    private static final double GOOD_ENOUGH = 1.001;
    private static final long SEED = 0x5eed;

    private final long[] sizes;
    private final int[] first;
    private final int[] last;

    private ArenaPacker(List<Buffer> buffers) {
        int count = buffers.size();
        sizes = new long[count];
        first = new int[count];
        last = new int[count];
        for (int i = 0; i < count; i++) {
            sizes[i] = align(buffers.get(i).bytes());
            first[i] = buffers.get(i).first();
            last[i] = buffers.get(i).last();
        }
    }

    /// One offset per buffer, and the bytes of the arena.
    public record Packing(long[] offsets, long bytes) {
    }

    public static long align(long bytes) {
        return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    }

    /// @param lowerBound bytes at which the search stops
    public static Packing pack(List<Buffer> buffers, long lowerBound) {
        return new ArenaPacker(buffers).best(lowerBound);
    }

    private Packing best(long lowerBound) {
        Packing best = null;
        Integer[] bestOrder = null;
        for (Comparator<Integer> order : orders()) {
            Integer[] indices = new Integer[sizes.length];
            Arrays.setAll(indices, i -> i);
            Arrays.sort(indices, order.thenComparing(Comparator.naturalOrder()));
            Packing packing = place(indices);
            if (best == null || packing.bytes < best.bytes) {
                best = packing;
                bestOrder = indices;
            }
        }
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < TRIES && best.bytes > lowerBound * GOOD_ENOUGH; i++) {
            Integer[] order = perturb(bestOrder, random);
            Packing packing = place(order);
            if (packing.bytes <= best.bytes) {
                best = packing;
                bestOrder = order;
            }
        }
        return best;
    }

    private List<Comparator<Integer>> orders() {
        Comparator<Integer> life = Comparator.comparingInt(i -> first[i] - last[i]);
        Comparator<Integer> size = Comparator.comparingLong(i -> -sizes[i]);
        Comparator<Integer> area = Comparator.comparingDouble(i -> -(double) sizes[i] * (last[i] - first[i] + 1));
        Comparator<Integer> start = Comparator.comparingInt(i -> first[i]);
        return List.of(life.thenComparing(size), area, size.thenComparing(life), start.thenComparing(size));
    }

    /// Moves up to 5 % of the buffers to random positions of the order.
    private static Integer[] perturb(Integer[] order, SplittableRandom random) {
        List<Integer> changed = new ArrayList<>(List.of(order));
        int moves = 1 + random.nextInt(Math.max(1, order.length / 20));
        for (int i = 0; i < moves; i++) {
            Integer moved = changed.remove(random.nextInt(changed.size()));
            changed.add(random.nextInt(changed.size() + 1), moved);
        }
        return changed.toArray(Integer[]::new);
    }

    private Packing place(Integer[] order) {
        long[] offsets = new long[sizes.length];
        int[] placed = new int[sizes.length]; // ordered by offset
        int count = 0;
        long total = 0;
        for (int buffer : order) {
            offsets[buffer] = tightestGap(buffer, offsets, placed, count);
            total = Math.max(total, offsets[buffer] + sizes[buffer]);
            if (sizes[buffer] > 0) {
                int at = count++;
                while (at > 0 && offsets[placed[at - 1]] > offsets[buffer]) {
                    placed[at] = placed[--at];
                }
                placed[at] = buffer;
            }
        }
        return new Packing(offsets, total);
    }

    private long tightestGap(int buffer, long[] offsets, int[] placed, int count) {
        long bestOffset = -1;
        long bestGap = Long.MAX_VALUE;
        long end = 0;
        for (int i = 0; i < count; i++) {
            int other = placed[i];
            if (first[buffer] <= last[other] && first[other] <= last[buffer]) {
                long gap = offsets[other] - end;
                if (gap >= sizes[buffer] && gap < bestGap) {
                    bestGap = gap;
                    bestOffset = end;
                }
                end = Math.max(end, offsets[other] + sizes[other]);
            }
        }
        return bestOffset >= 0 ? bestOffset : end;
    }
}
