package io.yolofit.zoo.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Fuzz test: readers of randomly damaged files return weights or throw [WeightsException], within bounded memory.
class WeightsFuzzTest {
    private static final int MUTATIONS = 1200;
    private static final long MAX_ALLOCATED_BYTES = 32 << 20; // the intact files need less than 1 MiB
    private static final byte[] NASTY_BYTES = HexFormat.of().parseHex("00017f80ff");

    @TempDir
    Path folder;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private interface Mutant {
        byte[] next(Random random);
    }

    @Test
    void damagedSafetensorsAreReadOrRejected() throws IOException {
        Path good = folder.resolve("good.safetensors");
        SafetensorsFile.write(good, SafetensorsFileTest.mixed());
        byte[] bytes = Files.readAllBytes(good);

        Outcome outcome = fuzz(random -> mutate(bytes, random), SafetensorsFile::read);

        assertThat(outcome.refused()).isGreaterThan(MUTATIONS / 4);
        assertThat(outcome.read()).isGreaterThan(MUTATIONS / 100);
    }

    @Test
    void damagedArchivesAreReadOrRejected() throws IOException {
        byte[] bytes = TorchModels.checkpoint("ema").bytes();

        Outcome outcome = fuzz(random -> mutate(bytes, random), TorchFile::read);

        assertThat(outcome.refused()).isGreaterThan(MUTATIONS / 4);
    }

    /// The pickle is damaged before it is zipped, so checksums are valid and the pickle machine reads the damage.
    @Test
    void damagedPicklesAreReadOrRejected() throws IOException {
        byte[] pickle = TorchModels.checkpoint("ema").pickle();

        Outcome outcome = fuzz(random -> TorchModels.detectorStorages(TorchZip.of(mutate(pickle, random))).bytes(),
                TorchFile::read);

        assertThat(outcome.refused()).isGreaterThan(MUTATIONS / 4);
        assertThat(outcome.read()).isGreaterThan(MUTATIONS / 100);
    }

    private record Outcome(int read, int refused) { }

    private Outcome fuzz(Mutant mutant, Consumer<Path> reader) throws IOException {
        String stated = System.getProperty("test.seed", "");
        long seed = stated.isBlank() ? 0x5eed : Long.parseUnsignedLong(stated, 16);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = mutant.next(new Random(seed + i));
            Path file = Files.write(folder.resolve("damaged"), damaged);
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                reader.accept(file);
            } catch (WeightsException expected) {
                refused++;
            } catch (Throwable unexpected) {
                throw new AssertionError("mutation %d, repeat with -Dtest.seed=%x".formatted(i, seed + i), unexpected);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes allocated for mutation %d, repeat with -Dtest.seed=%x", i, seed + i)
                    .isLessThan(MAX_ALLOCATED_BYTES);
        }
        return new Outcome(MUTATIONS - refused, refused);
    }

    private static byte[] mutate(byte[] good, Random random) {
        byte[] bytes = good.clone();
        for (int left = 1 + random.nextInt(3); left > 0 && bytes.length > 1; left--) {
            int at = random.nextInt(bytes.length);
            int end = Math.min(bytes.length, at + 1 + random.nextInt(16));
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> Arrays.fill(bytes, at, end, NASTY_BYTES[random.nextInt(NASTY_BYTES.length)]);
                case 3 -> bytes = splice(bytes, at, end, new byte[0]);
                case 4 -> bytes = splice(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
                case 5 -> bytes = splice(bytes, at, at, new byte[] {(byte) random.nextInt()});
                default -> {
                    int from = random.nextInt(bytes.length);
                    int length = Math.min(bytes.length - from, 1 + random.nextInt(16));
                    byte[] piece = Arrays.copyOfRange(bytes, from, from + length);
                    bytes = splice(bytes, at, Math.min(bytes.length, at + piece.length), piece);
                }
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] middle) {
        byte[] spliced = Arrays.copyOf(bytes, bytes.length - (to - from) + middle.length);
        System.arraycopy(middle, 0, spliced, from, middle.length);
        System.arraycopy(bytes, to, spliced, from + middle.length, bytes.length - to);
        return spliced;
    }
}
