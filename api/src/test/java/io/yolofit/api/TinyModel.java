package io.yolofit.api;

import static io.yolofit.train.options.OptionTable.LR0;

import io.yolofit.data.demo.DemoDataset;
import io.yolofit.testkit.TinyArchitecture;
import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.options.OptimizerChoice;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/// A tiny model, trained once for all tests of this package through the API, on 64 x 64 pixel images of shapes.
final class TinyModel {
    static final int SIDE = 64;
    /// On a GPU host, `-Dyolofit.engines=cuda` runs these tests on its first GPU.
    static final String DEVICE = System.getProperty("yolofit.engines", "cpu").startsWith("cuda") ? "0" : "cpu";

    private static final class OfThreeClasses {
        static final TinyModel MODEL = new TinyModel(false);
    }

    private static final class OfOneClass {
        static final TinyModel MODEL = new TinyModel(true);
    }

    final Path folder;
    final Path data;
    final Recipe recipe;
    final TrainingResult result;
    final List<TrainingEvent> events = Collections.synchronizedList(new ArrayList<>());

    private TinyModel(boolean oneClass) {
        try {
            folder = Files.createTempDirectory("yolofit-api");
            Runtime.getRuntime().addShutdownHook(new Thread(this::delete));
            data = DemoDataset.create(folder.resolve("shapes"), 32, 8, SIDE, 1);
            Path architecture = Files.writeString(folder.resolve("tiny.yaml"), TinyArchitecture.YAML);
            recipe = Recipe.of(architecture.toString(), data).imageSize(SIDE).epochs(60).batch(8).workers(1)
                    .optimizer(OptimizerChoice.ADAMW).with(LR0, 0.01).with("nbs", 8).with("warmup_epochs", 1)
                    .with("val", false).with("amp", false).with("mosaic", 0).with("scale", 0.1)
                    .with("threads", 1).with("single_cls", oneClass)
                    .folder(folder.resolve("runs"), "tiny");
            result = Training.of(recipe).device(DEVICE).listen(events::add).run();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void delete() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static TinyModel get() {
        return OfThreeClasses.MODEL;
    }

    /// Trained with `single_cls`.
    static TinyModel ofOneClass() {
        return OfOneClass.MODEL;
    }

    /// Pictures of the validation split, tiled to a larger image of objects of the same size.
    BufferedImage tiled(int columns, int rows) throws IOException {
        List<Path> files;
        try (var listed = Files.list(folder.resolve("shapes/images/val"))) {
            files = listed.sorted().toList();
        }
        var image = new BufferedImage(columns * SIDE, rows * SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        for (int tile = 0; tile < columns * rows; tile++) {
            graphics.drawImage(ImageIO.read(files.get(tile % files.size()).toFile()), tile % columns * SIDE,
                    tile / columns * SIDE, null);
        }
        graphics.dispose();
        return image;
    }

    /// The same as a file.
    Path tiledFile(int columns, int rows) throws IOException {
        Path file = folder.resolve("tiled-" + columns + "x" + rows + ".png");
        ImageIO.write(tiled(columns, rows), "png", file.toFile());
        return file;
    }
}
