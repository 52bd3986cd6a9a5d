package io.yolofit.graph.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// Packs buffers: assigns offsets such that buffers with overlapping live ranges share no byte, in an arena as small as
/// possible.
///
/// This is dynamic storage allocation, which is NP-hard to solve exactly but solved well by best fit: buffers are
/// placed one after the other, each in the tightest gap between placed buffers whose live ranges overlap its own. The
/// result depends on the order of placement. Longest live range first is best on training graphs, whose saved
/// activations nest like brackets; size, size times live range, and start win occasionally. The best of these orders is
/// then improved by local search, until the arena meets the lower bound (the maximum of live bytes) or the tries are
/// used up: one search moves some buffers at random to other positions of the order; where it stays above the bound, a
/// second one also moves the buffer at the top of the arena. The result depends on the arguments only.
public final class ArenaPacker {
    /// Alignment of every buffer, in bytes.
    public static final long ALIGNMENT = 256;

    private static final int TRIES = 150;
    /// Tries times buffers of one of several candidates.
    private static final int CANDIDATE_WORK = 180_000;
    /// Multiple of the lower bound above which the first orders of a candidate end its packing. Of 27 training programs
    /// of all families, it changes the plan of one.
    private static final double PROMISING = 1.025;
    private static final double GOOD_ENOUGH = 1.001;
    /// Above this multiple of the lower bound the second local search runs.
    private static final double SECOND_SEARCH = 1.005;
    private static final long SEED = 0x5eed;

    private final long[] sizes;
    private final int[] first;
    private final int[] last;
    private final PlacedBuffers placed;

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
        placed = new PlacedBuffers(first, last);
    }

    /// One offset per buffer, and the bytes of the arena.
    public record Packing(long[] offsets, long bytes) {
    }

    public static long align(long bytes) {
        return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    }

    /// @param lowerBound bytes at which the search stops
    public static Packing pack(List<Buffer> buffers, long lowerBound) {
        ArenaPacker packer = new ArenaPacker(buffers);
        return packer.improved(packer.ordered(), lowerBound, TRIES);
    }

    /// The best of the fixed orders, without a search.
    static Packing packOrdered(List<Buffer> buffers) {
        return new ArenaPacker(buffers).ordered().packing;
    }

    /// The same with fewer tries for many buffers, for one of several candidates; empty if it will hardly be packed
    /// well.
    static Optional<Packing> packCandidate(List<Buffer> buffers, long lowerBound) {
        ArenaPacker packer = new ArenaPacker(buffers);
        Ordered ordered = packer.ordered();
        return ordered.packing.bytes > lowerBound * PROMISING ? Optional.empty() : Optional.of(packer.improved(ordered,
                lowerBound, Math.min(TRIES, CANDIDATE_WORK / (buffers.size() + 1))));
    }

    /// A packing and the order of placement that gave it.
    private record Ordered(Packing packing, Integer[] order) {
    }

    /// The best of the fixed orders.
    private Ordered ordered() {
        Packing best = null;
        Integer[] bestOrder = null;
        for (Comparator<Integer> order : orders()) {
            Integer[] indices = new Integer[sizes.length];
            Arrays.setAll(indices, i -> i);
            Arrays.sort(indices, order.thenComparing(Comparator.naturalOrder()));
            Packing packing = place(indices, Long.MAX_VALUE);
            if (best == null || packing.bytes < best.bytes) {
                best = packing;
                bestOrder = indices;
            }
        }
        return new Ordered(best, bestOrder);
    }

    private Packing improved(Ordered start, long lowerBound, int tries) {
        Packing random = search(start, lowerBound, 1, tries);
        if (random.bytes <= lowerBound * SECOND_SEARCH) {
            return random;
        }
        Packing directed = search(start, lowerBound, 2, tries);
        return directed.bytes < random.bytes ? directed : random;
    }

    /// Local search from an order.
    ///
    /// @param moves number of kinds of moves: 1 for random ones, 2 for these and [#promoteTop] by turns
    private Packing search(Ordered start, long lowerBound, int moves, int tries) {
        SplittableRandom random = new SplittableRandom(SEED);
        Packing best = start.packing;
        Integer[] bestOrder = start.order;
        for (int i = 0; i < tries && best.bytes > lowerBound * GOOD_ENOUGH; i++) {
            Integer[] order = i % moves == 0 ? perturb(bestOrder, random) : promoteTop(bestOrder, best, random);
            Packing packing = place(order, best.bytes);
            if (packing != null) {
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

    /// Moves the first buffer at the top of the arena to a random earlier position: it alone keeps the arena as large
    /// as it is.
    private Integer[] promoteTop(Integer[] order, Packing packing, SplittableRandom random) {
        List<Integer> changed = new ArrayList<>(List.of(order));
        for (int i = 0; i < order.length; i++) {
            if (packing.offsets[order[i]] + sizes[order[i]] == packing.bytes) {
                changed.add(random.nextInt(i + 1), changed.remove(i));
                return changed.toArray(Integer[]::new);
            }
        }
        return order;
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

    /// Places the buffers in this order; null as soon as the arena exceeds the limit.
    private Packing place(Integer[] order, long limit) {
        long[] offsets = new long[sizes.length];
        placed.clear();
        long total = 0;
        for (int buffer : order) {
            offsets[buffer] = placed.tightestGap(buffer, sizes[buffer]);
            long end = offsets[buffer] + sizes[buffer];
            if (end > limit) {
                return null;
            }
            total = Math.max(total, end);
            if (sizes[buffer] > 0) {
                placed.add(buffer, offsets[buffer], end);
            }
        }
        return new Packing(offsets, total);
    }
}
