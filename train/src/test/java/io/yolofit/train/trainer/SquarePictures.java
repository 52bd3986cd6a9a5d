package io.yolofit.train.trainer;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/// Pictures of white squares on black, as a data set whose training and validation images are the same.
public final class SquarePictures {
    /// The class of all squares.
    public static final int CATEGORY = 1;

    private SquarePictures() {
    }

    /// A rectangle in pixels; `right` and `bottom` are exclusive.
    public record Area(int left, int top, int right, int bottom) {
    }

    public record Picture(int width, int height, List<Area> squares) {
    }

    /// Writes `picture0.png`, `picture1.png`, ... with boxes as labels.
    ///
    /// @return the YAML file of the data set
    public static Path write(Path folder, List<Picture> pictures) throws IOException {
        return write(folder, pictures, false);
    }

    /// @param outlines whether labels are polygons
    public static Path write(Path folder, List<Picture> pictures, boolean outlines) throws IOException {
        Path images = Files.createDirectories(folder.resolve("images"));
        Path labels = Files.createDirectories(folder.resolve("labels"));
        for (int i = 0; i < pictures.size(); i++) {
            Picture picture = pictures.get(i);
            ImageIO.write(draw(picture), "png", images.resolve("picture" + i + ".png").toFile());
            Files.writeString(labels.resolve("picture" + i + ".txt"), picture.squares.stream()
                    .map(square -> outlines ? outline(square, picture) : row(square, picture))
                    .collect(Collectors.joining()));
        }
        return Files.writeString(folder.resolve("data.yaml"), """
                path: .
                train: images
                val: images
                names: [nothing, square, neither]
                """);
    }

    private static BufferedImage draw(Picture picture) {
        BufferedImage image = new BufferedImage(picture.width, picture.height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        picture.squares.forEach(square -> graphics.fillRect(square.left, square.top, square.right - square.left,
                square.bottom - square.top));
        graphics.dispose();
        return image;
    }

    private static String row(Area square, Picture picture) {
        double width = picture.width;
        double height = picture.height;
        return String.format(Locale.ROOT, "%d %.7f %.7f %.7f %.7f\n", CATEGORY,
                (square.left + square.right) / 2.0 / width, (square.top + square.bottom) / 2.0 / height,
                (square.right - square.left) / width, (square.bottom - square.top) / height);
    }

    private static String outline(Area square, Picture picture) {
        double left = (double) square.left / picture.width;
        double right = (double) square.right / picture.width;
        double top = (double) square.top / picture.height;
        double bottom = (double) square.bottom / picture.height;
        return String.format(Locale.ROOT, "%d %.7f %.7f %.7f %.7f %.7f %.7f %.7f %.7f\n", CATEGORY,
                left, top, right, top, right, bottom, left, bottom);
    }
}
