package io.yolofit.graph.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.Role;
import io.yolofit.testkit.Seed;
import io.yolofit.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ArenaPackerTest {
    @Test
    void noBuffersNeedNoMemory() {
        assertThat(ArenaPacker.pack(List.of(), 0).bytes()).isZero();
    }

    @Test
    void buffersWithDisjointLiveRangesShareBytes() {
        List<Buffer> buffers = List.of(buffer(300, 0, 1), buffer(200, 2, 3), buffer(512, 4, 4));
        assertThat(ArenaPacker.pack(buffers, bound(buffers)).bytes()).isEqualTo(512);
    }

    @Test
    void bufferReadByTheWriterOfAnotherSharesNoByteWithIt() {
        List<Buffer> buffers = List.of(buffer(256, 0, 1), buffer(256, 1, 2));
        ArenaPacker.Packing packing = ArenaPacker.pack(buffers, bound(buffers));
        assertThat(packing.bytes()).isEqualTo(512);
        assertThat(packing.offsets()).containsExactlyInAnyOrder(0, 256);
    }

    @Test
    void everyBufferIsAlignedTo256Bytes() {
        List<Buffer> buffers = List.of(buffer(1, 0, 0), buffer(257, 0, 0), buffer(255, 0, 0));
        ArenaPacker.Packing packing = ArenaPacker.pack(buffers, bound(buffers));
        assertThat(LongStream.of(packing.offsets())).allMatch(offset -> offset % 256 == 0);
        assertThat(packing.bytes()).isEqualTo(4 * 256);
    }

    /// First-fit in the order of the offsets of an optimal packing is optimal. So the best of all orders of a tiny
    /// instance is its optimum.
    @Seeds(150)
    void tinyInstancesAreOptimalOrNearlyOptimal(Seed seed) {
        List<Buffer> buffers = random(seed, 6, 8, 6);
        long optimum = optimum(buffers, new long[buffers.size()], new boolean[buffers.size()], 0);
        ArenaPacker.Packing packing = ArenaPacker.pack(buffers, bound(buffers));
        assertDisjoint(buffers, packing);
        assertThat(packing.bytes()).isBetween(optimum, (long) (optimum * 1.0011));
    }

    /// Saved activations of a training step: written one after the other, read in reverse order.
    @Seeds(10)
    void nestedLiveRangesArePackedWithinTwoPercent(Seed seed) {
        List<Buffer> buffers = new ArrayList<>();
        int layers = 60;
        for (int i = 0; i < layers; i++) {
            long bytes = 256L * seed.between(1, 400);
            buffers.add(buffer(bytes, 2 * i, 4 * layers - 2 * i));
            buffers.add(buffer(bytes, 2 * i + 1, 2 * i + 2));
            buffers.add(buffer(bytes, 4 * layers - 2 * i - 1, 4 * layers - 2 * i));
        }
        ArenaPacker.Packing packing = ArenaPacker.pack(buffers, bound(buffers));
        assertDisjoint(buffers, packing);
        assertThat((double) packing.bytes() / bound(buffers)).isBetween(1.0, 1.02);
    }

    @Seeds(8)
    void largeInstancesAreValidAndCloseToTheBound(Seed seed) {
        List<Buffer> buffers = random(seed, 100, 50, 1000);
        ArenaPacker.Packing packing = ArenaPacker.pack(buffers, bound(buffers));
        assertDisjoint(buffers, packing);
        assertThat((double) packing.bytes() / bound(buffers)).isBetween(1.0, 1.1);
        assertThat(ArenaPacker.pack(buffers, bound(buffers)).offsets()).isEqualTo(packing.offsets());
    }

    private static List<Buffer> random(Seed seed, int count, int moments, int units) {
        List<Buffer> buffers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int first = seed.between(0, moments - 1);
            buffers.add(buffer(256L * seed.between(1, units), first, seed.between(first, moments - 1)));
        }
        return buffers;
    }

    private static Buffer buffer(long bytes, int first, int last) {
        return new Buffer(null, "b", bytes, first, last, List.of(new BufferUse("b", Role.ACTIVATION, first)));
    }

    private static long bound(List<Buffer> buffers) {
        long bound = 0;
        for (Buffer at : buffers) {
            bound = Math.max(bound, buffers.stream().filter(buffer -> buffer.liveAt(at.first()))
                    .mapToLong(buffer -> ArenaPacker.align(buffer.bytes())).sum());
        }
        return bound;
    }

    static void assertDisjoint(List<Buffer> buffers, ArenaPacker.Packing packing) {
        for (int i = 0; i < buffers.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (meet(buffers.get(i), buffers.get(j))) {
                    long first = packing.offsets()[i];
                    long second = packing.offsets()[j];
                    assertThat(first + buffers.get(i).bytes() <= second || second + buffers.get(j).bytes() <= first)
                            .as("%s at %d and %s at %d", buffers.get(i), first, buffers.get(j), second).isTrue();
                }
            }
            assertThat(packing.offsets()[i] + buffers.get(i).bytes()).isLessThanOrEqualTo(packing.bytes());
        }
    }

    private static boolean meet(Buffer left, Buffer right) {
        return left.first() <= right.last() && right.first() <= left.last();
    }

    private static long optimum(List<Buffer> buffers, long[] offsets, boolean[] placed, long soFar) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < placed.length; i++) {
            if (!placed[i]) {
                offsets[i] = lowest(buffers, offsets, placed, i);
                placed[i] = true;
                long bytes = Math.max(soFar, offsets[i] + buffers.get(i).bytes());
                best = Math.min(best, optimum(buffers, offsets, placed, bytes));
                placed[i] = false;
            }
        }
        return best == Long.MAX_VALUE ? soFar : best;
    }

    private static long lowest(List<Buffer> buffers, long[] offsets, boolean[] placed, int wanted) {
        long offset = 0;
        boolean moved = true;
        while (moved) {
            moved = false;
            for (int j = 0; j < placed.length; j++) {
                boolean inTheWay = placed[j] && meet(buffers.get(wanted), buffers.get(j))
                        && offsets[j] < offset + buffers.get(wanted).bytes()
                        && offset < offsets[j] + buffers.get(j).bytes();
                if (inTheWay) {
                    offset = offsets[j] + buffers.get(j).bytes();
                    moved = true;
                }
            }
        }
        return offset;
    }
}
