package io.yolofit.app.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.api.run.ResultsRow.Metrics;
import io.yolofit.api.run.ResultsRow;
import io.yolofit.app.plot.Curves.Curve;
import io.yolofit.train.program.LossItems;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlotsTest {
    private static final int WHITE = 0xffffff;

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("plot.png");
    }

    /// The fraction of pixels that are not white. Checks that the plot decodes and that no temporary file remains.
    private double painted() throws IOException {
        BufferedImage image = ImageIO.read(file().toFile());
        assertThat(folder).isDirectoryNotContaining("glob:**.next");
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        assertNoInkAtTheEdge(image);
        return Arrays.stream(pixels).filter(pixel -> (pixel & WHITE) != WHITE).count() / (double) pixels.length;
    }

    /// Text that is cut off leaves ink in the outermost row or column of pixels.
    private static void assertNoInkAtTheEdge(BufferedImage image) {
        int right = image.getWidth() - 1;
        int bottom = image.getHeight() - 1;
        assertThat(IntStream.rangeClosed(0, bottom).map(y -> image.getRGB(right, y) & image.getRGB(0, y) & WHITE))
                .as("left and right edge").containsOnly(WHITE);
        assertThat(IntStream.rangeClosed(0, right).map(x -> image.getRGB(x, bottom) & image.getRGB(x, 0) & WHITE))
                .as("upper and lower edge").containsOnly(WHITE);
    }

    private static List<ResultsRow> rows(int epochs) {
        return IntStream.rangeClosed(1, epochs).mapToObj(epoch -> {
            var losses = LossItems.of(5.0 / epoch, 3.0 / epoch, epoch == 2 ? Double.NaN : 1.0 / epoch);
            double good = 1 - 1.0 / epoch;
            return new ResultsRow(epoch, epoch, losses, new Metrics(good, good, good, good), losses,
                    List.of(0.01, 0.01, 0.01));
        }).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 1000})
    void resultsAreDrawnForAnyNumberOfEpochs(int epochs) throws IOException {
        ResultsPlot.write(file(), rows(epochs));
        assertThat(painted()).isBetween(0.02, 0.2);
    }

    @Test
    void axesOfMetricsStartAtZero() {
        assertThat(ResultsPlot.Range.ofShares(new double[3])).isEqualTo(new ResultsPlot.Range(0, 1));
        assertThat(ResultsPlot.Range.ofShares(new double[] {0.4, 0.4})).isEqualTo(new ResultsPlot.Range(0, 1));
        assertThat(ResultsPlot.Range.ofShares(new double[] {0.4, 0.5})).isEqualTo(new ResultsPlot.Range(0, 0.52));
        assertThat(ResultsPlot.Range.ofShares(new double[0])).isEqualTo(new ResultsPlot.Range(0, 1));
        assertThat(ResultsPlot.Range.ofLosses(new double[] {2, 3})).isEqualTo(new ResultsPlot.Range(1.96, 3.04));
    }

    @ParameterizedTest
    @CsvSource({"0, 1e-5", "0, 3e-9", "0.5, 0.50001", "12, 12.00002", "-1e-7, 1e-7", "0, 1", "3, 400",
        "0.00051, 0.00052"})
    void labelsOfNeighboringTicksDiffer(double low, double high) {
        var format = new DecimalFormat(new ResultsPlot.Range(low, high).pattern());
        List<String> labels = IntStream.rangeClosed(0, 10).mapToObj(at -> format.format(low + at * (high - low) / 10))
                .toList();
        assertThat(labels).doesNotHaveDuplicates();
        assertThat(labels).allMatch(label -> label.length() < 10);
    }

    @Test
    void aShareOfOneHasTheDarkestStepOfTheScale() throws IOException {
        ConfusionPlot.write(file(), new ConfusionMatrix(List.of("a", "b"), new long[][] {{8, 0, 0}, {0, 9, 0},
            {0, 1, 0}}), true);
        BufferedImage image = ImageIO.read(file().toFile());
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        Color[] scale = Palette.scale(11, 0.06, Palette.DARKEST_UNDER_TEXT);
        for (int step : new int[] {1, 9, 10}) { // shares of .1, .9 and 1
            assertThat(Arrays.stream(pixels).filter(pixel -> pixel == scale[step].getRGB()).count()).as("step " + step)
                    .isGreaterThan(5000);
        }
    }

    @Test
    void resultsWithoutAnEpochAreRefused() {
        assertThatThrownBy(() -> ResultsPlot.write(file(), List.of())).hasMessageContaining("no epoch to draw");
    }

    private static Curves curves(int classes) {
        double[] x = IntStream.range(0, 1000).mapToDouble(at -> at / 999.0).toArray();
        List<Curve> all = IntStream.range(0, classes)
                .mapToObj(at -> new Curve("a class with a very long name, number " + at + " 0.8" + at,
                        Arrays.stream(x).map(value -> Math.pow(1 - value, (at + 1.0) / classes)).toArray()))
                .toList();
        return new Curves("Precision-recall", "recall", "precision", x, all,
                new Curve("all classes 0.871", Arrays.stream(x).map(value -> 1 - value).toArray()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 20, 21, 80})
    void curvesAreDrawnForAnyNumberOfClasses(int classes) throws IOException {
        CurvePlot.write(file(), curves(classes));
        assertThat(painted()).isGreaterThan(0.02);
    }

    /// The part left of the plot: title and ticks of the y axis.
    private static int[] yAxis(BufferedImage image) {
        int width = image.getWidth() / 16;
        return image.getRGB(0, 0, width, image.getHeight(), null, 0, width);
    }

    @Test
    void curvesThatAreZeroHaveTheTicksOfAllOthers() throws IOException {
        CurvePlot.write(file(), curves(0));
        BufferedImage falling = ImageIO.read(file().toFile());
        double[] x = curves(0).x();
        CurvePlot.write(file(), new Curves("Precision-recall", "recall", "precision", x, List.of(),
                new Curve("all classes 0.871", new double[x.length])));
        assertThat(yAxis(ImageIO.read(file().toFile()))).isEqualTo(yAxis(falling));
    }

    @Test
    void theMeanCurveIsDrawnAtItsValues() throws IOException {
        CurvePlot.write(file(), curves(0));
        BufferedImage image = ImageIO.read(file().toFile());
        int strong = Palette.STRONG.getRGB();
        int[] rows = IntStream.range(0, image.getHeight()).filter(y -> hasColor(image, y, strong)).toArray();
        assertThat(rows[rows.length - 1] - rows[0]).as("the line falls over the whole chart").isGreaterThan(900);
    }

    private static boolean hasColor(BufferedImage image, int y, int color) {
        return IntStream.range(0, image.getWidth()).anyMatch(x -> image.getRGB(x, y) == color);
    }

    @Test
    void aCurveOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> new Curves("t", "x", "y", new double[] {0, 1}, List.of(),
                new Curve("mean", new double[3]))).hasMessageContaining("has 3 values at 2 positions");
    }

    private static List<String> names(int classes) {
        return IntStream.range(0, classes).mapToObj(at -> at % 2 == 0 ? "traffic light number " + at : "cat").toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 13, 80, 365})
    void confusionIsDrawnForAnyNumberOfClasses(int classes) throws IOException {
        var counts = new long[classes + 1][classes + 1];
        for (int at = 0; at < classes; at++) {
            counts[at][at] = 1_000_000L * (at + 1);
            counts[classes][at] = at;
        }
        for (boolean normalized : new boolean[] {false, true}) {
            ConfusionPlot.write(file(), new ConfusionMatrix(names(classes), counts), normalized);
            assertThat(painted()).isGreaterThan(0.01);
        }
    }

    @Test
    void anEmptyConfusionMatrixIsDrawnToo() throws IOException {
        ConfusionPlot.write(file(), new ConfusionMatrix(names(2), new long[3][3]), true);
        assertThat(painted()).isGreaterThan(0.01);
    }

    @Test
    void sharesAreRelativeToTheTrueClass() {
        var matrix = new ConfusionMatrix(List.of("a", "b"), new long[][] {{3, 0, 2}, {1, 0, 0}, {0, 0, 0}});
        assertThat(matrix.shares()).isEqualTo(new double[][] {{0.75, 0, 1}, {0.25, 0, 0}, {0, 0, 0}});
        assertThatThrownBy(() -> new ConfusionMatrix(List.of("a"), new long[3][3]))
                .hasMessage("a confusion matrix of 1 classes has 2 rows and columns");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 13, 80, 365})
    void labelsAreDrawnForAnyNumberOfClasses(int classes) throws IOException {
        var random = new Random(7);
        int boxes = 3000;
        LabelsPlot.write(file(), new LabelSet(names(classes),
                random.ints(boxes, 0, classes).toArray(), random.doubles(boxes).toArray(),
                random.doubles(boxes).toArray(), random.doubles(boxes).toArray(), random.doubles(boxes).toArray()));
        assertThat(painted()).isGreaterThan(0.1);
    }

    @Test
    void labelsOutsideTheirClassesAreRefused() {
        double[] one = {0.5};
        assertThatThrownBy(() -> new LabelSet(List.of("a"), new int[] {1}, one, one, one, one))
                .hasMessage("a box of class 1 of 1 classes");
    }

    @Test
    void namesBeyondAsciiAreDrawnWithTheirOwnCharacters() throws IOException {
        List<List<String>> alphabets = List.of(List.of("????", "????"), List.of("клетка", "ядро"),
                List.of("Größe", "ñu"));
        var pictures = new ArrayList<List<Integer>>();
        for (List<String> names : alphabets) {
            assertThat(Drawing.missingCharacters(names)).isEmpty();
            ConfusionPlot.write(file(), new ConfusionMatrix(names, new long[][] {{3, 0, 2}, {1, 0, 0}, {0, 0, 0}}),
                    false);
            pictures.add(Arrays.stream(ImageIO.read(file().toFile()).getRGB(0, 0, 200, 800, null, 0, 200)).boxed()
                    .toList());
        }
        assertThat(pictures).doesNotHaveDuplicates();
    }

    @Test
    void charactersWithoutAFontAreDrawnAsCodePointsWithAWarning() {
        String name = "a" + Character.toString(0x10fffd) + "b";
        assertThat(Drawing.drawable(name)).isEqualTo("aU+10FFFDb");
        assertThat(Drawing.drawable("Größe")).isEqualTo("Größe");
        assertThat(Drawing.missingCharacters(List.of("cat", name))).hasValueSatisfying(warning -> assertThat(warning)
                .contains("no installed font", "U+10FFFD", "install a font"));
        assertThat(Drawing.missingCharacters(List.of("cat"))).isEmpty();
    }

    @Test
    void aLongNameIsCutBetweenCharacters() {
        String cut = Drawing.cut(Drawing.font(Font.PLAIN, 12), Character.toString(0x1f600).repeat(40), 60);
        assertThat(cut.codePoints()).allMatch(character -> character == 0x1f600 || character == '…');
        assertThat(cut.codePointCount(0, cut.length())).isLessThan(40);
    }

    @Test
    void drawingWorksHere() {
        assertThat(Drawing.failure()).isEmpty();
        assertThat(System.getProperty("java.awt.headless")).isEqualTo("true");
    }
}
