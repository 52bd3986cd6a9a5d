package io.yolofit.graph.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.graph.Role;
import io.yolofit.testkit.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// The packer on the eleven hard instances of MiniMalloc (Moffitt, ASPLOS 2023), each of which fits into 1 MiB. They
/// are harder than training graphs, whose live ranges nest. The table is a golden file: a change of the packer shows.
class HardInstancesTest {
    private static final long CAPACITY = 1 << 20;
    private static final String INSTANCES = "ABCDEFGHIJK";

    @Test
    void theTableOfPackedBytesIsUnchanged() throws IOException {
        StringBuilder table = new StringBuilder("instance  buffers  lower bound      packed  over 1 MiB\n");
        for (char instance : INSTANCES.toCharArray()) {
            List<Buffer> buffers = read(instance);
            long bound = bound(buffers);
            ArenaPacker.Packing packing = ArenaPacker.pack(buffers, bound);
            ArenaPackerTest.assertDisjoint(buffers, packing);
            assertThat(packing.bytes()).as("instance " + instance).isGreaterThanOrEqualTo(bound);
            table.append(String.format(Locale.ROOT, "%-8s  %7d  %,11d  %,10d  %8.2f %%%n", instance, buffers.size(),
                    bound, packing.bytes(), 100.0 * (packing.bytes() - CAPACITY) / CAPACITY));
        }
        Golden.check("minimalloc.txt", table.toString().replace(System.lineSeparator(), "\n"));
    }

    private static List<Buffer> read(char instance) throws IOException {
        String name = "/minimalloc/" + instance + ".1048576.csv";
        try (InputStream file = HardInstancesTest.class.getResourceAsStream(name)) {
            List<Buffer> buffers = new ArrayList<>();
            new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).map(row -> row.split(","))
                    .forEach(row -> buffers.add(new Buffer(null, row[0], Long.parseLong(row[3]),
                            Integer.parseInt(row[1]), Integer.parseInt(row[2]) - 1,
                            List.of(new BufferUse(row[0], Role.ACTIVATION, Integer.parseInt(row[1]))))));
            return buffers;
        }
    }

    private static long bound(List<Buffer> buffers) {
        TreeMap<Integer, Long> changes = new TreeMap<>();
        for (Buffer buffer : buffers) {
            changes.merge(buffer.first(), buffer.bytes(), Long::sum);
            changes.merge(buffer.last() + 1, -buffer.bytes(), Long::sum);
        }
        long live = 0;
        long most = 0;
        for (long change : changes.values()) {
            live += change;
            most = Math.max(most, live);
        }
        return most;
    }
}
