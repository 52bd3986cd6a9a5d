import io.yolofit.data.demo.DemoDataset;
import java.nio.file.Path;

/// Draws a small data set of circles, squares and triangles. Argument: its folder.
void main(String[] arguments) throws Exception {
    IO.println(DemoDataset.create(Path.of(arguments[0]), 32, 8, 160, 1));
}
