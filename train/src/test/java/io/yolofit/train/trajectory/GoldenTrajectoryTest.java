package io.yolofit.train.trajectory;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.engine.Engine;
import io.yolofit.engine.testing.Engines;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Replays the reference's training loop on its own batches: losses, learning rates, momenta, updates, gradient norms,
/// model and average. Without `-Dyolofit.reference` the first epoch, of which the test resources have the figures; with
/// it all 100 iterations, from the folder `trajectory` there or next to it. Tables of the differences are written to
/// `target/golden-trajectories`.
class GoldenTrajectoryTest {
    private static final List<String> TRAJECTORIES =
            List.of("yolov8n-adamw", "yolov8n-sgd", "yolov10n-adamw", "yolo26n-adamw");
    private static final Path TABLES = Path.of("target", "golden-trajectories");

    @TempDir
    Path folder;

    @TestFactory
    Stream<DynamicTest> ourTrainerFollowsTheReference() {
        return Engines.names().flatMap(engine -> TRAJECTORIES.stream().map(name ->
                DynamicTest.dynamicTest(engine + " " + name, () -> follow(engine, name))));
    }

    private void follow(String engineName, String name) throws IOException {
        Optional<String> skipped = whySkipped(name.substring(0, name.indexOf('-')));
        Assumptions.assumeTrue(skipped.isEmpty(), skipped::orElseThrow);
        Trajectory trajectory = read(name);
        Path run = Files.createDirectories(folder.resolve(engineName).resolve(name));
        try (Engine engine = Engines.open(engineName)) {
            TrajectoryComparison comparison = TrajectoryComparison.of(trajectory,
                    Replay.of(engine, trajectory, run));
            Files.createDirectories(TABLES);
            Files.writeString(TABLES.resolve(engineName + "-" + name + ".txt"), name + " on " + engine.description()
                    + ", " + trajectory.iterations().size() + " iterations\n" + comparison.table());
            assertThat(comparison.differences()).as("differences of %s from the reference", name).isEmpty();
        }
    }

    /// Why a model's trajectory cannot be replayed: only because the zoo does not have the model.
    private static Optional<String> whySkipped(String model) {
        return ArchitectureCatalog.names().contains(model) ? Optional.empty()
                : Optional.of(model + " is not built yet");
    }

    @Test
    void noTrajectoryIsSkipped() {
        assertThat(TRAJECTORIES).allSatisfy(name -> assertThat(whySkipped(name.substring(0, name.indexOf('-'))))
                .isEmpty());
        assertThat(whySkipped("yolov99n")).contains("yolov99n is not built yet");
    }

    @Test
    void everyTrajectoryOfTheReferenceIsListed() throws IOException {
        Optional<Path> reference = reference();
        Assumptions.assumeTrue(reference.isPresent(), "-Dyolofit.reference names no folder of trajectories");
        try (Stream<Path> files = Files.list(reference.orElseThrow())) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(file -> file.endsWith(".json")))
                    .containsExactlyInAnyOrderElementsOf(TRAJECTORIES.stream().map(GoldenTrajectoryTest::fileName)
                            .toList());
        }
    }

    @Test
    void theFirstBatchIsTheReferences() {
        Trajectory trajectory = read("yolov8n-adamw");
        TrajectoryBatch batch = trajectory.batch(0);
        long sum = 0;
        for (byte value : batch.pixels()) {
            sum += Byte.toUnsignedInt(value);
        }
        assertThat(sum).isEqualTo(trajectory.firstBatch().pixelSum());
        List<Integer> expected = trajectory.firstBatch().first();
        assertThat(IntStream.range(0, expected.size()).mapToObj(i -> Byte.toUnsignedInt(batch.pixels()[i])))
                .containsExactlyElementsOf(expected);
        List<List<Float>> rows = new ArrayList<>();
        for (int image = 0; image < trajectory.images(0); image++) {
            for (int row = batch.offsets()[image]; row < batch.offsets()[image + 1]; row++) {
                List<Float> values = new ArrayList<>(List.of((float) image));
                for (int i = row * 5; i < row * 5 + 5; i++) {
                    values.add(batch.targets()[i]);
                }
                rows.add(values);
            }
        }
        assertThat(rows).isEqualTo(trajectory.firstBatch().targets().stream()
                .map(row -> row.stream().map(Double::floatValue).toList()).toList());
    }

    private static String fileName(String name) {
        return "trajectory-" + name + ".json";
    }

    static Trajectory read(String name) {
        URL cut = GoldenTrajectoryTest.class.getResource("/trajectory/" + fileName(name));
        return Trajectory.read(reference().map(folder -> folder.resolve(fileName(name))).orElseGet(() -> file(cut,
                name)));
    }

    private static Path file(URL resource, String name) {
        if (resource == null) {
            throw new AssertionError("the test resources have no first epoch of " + name + ": see README.md there");
        }
        try {
            return Path.of(resource.toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(resource.toString(), e);
        }
    }

    /// The folder of whole trajectories.
    private static Optional<Path> reference() {
        String given = System.getProperty("yolofit.reference", "");
        if (given.isEmpty()) {
            return Optional.empty();
        }
        Path reference = Path.of(given).toAbsolutePath();
        return Stream.of(reference.resolve("trajectory"), reference.resolveSibling("trajectory"))
                .filter(Files::isDirectory).findFirst();
    }
}
