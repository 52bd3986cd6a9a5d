package io.yolofit.app;

import io.yolofit.app.doctor.Check;
import io.yolofit.app.doctor.LibtorchProbe;
import io.yolofit.data.image.Mats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.opencv.opencv_core.Mat;

/// The program of [FirstRunTest]: uses OpenCV and libtorch, then prints the paths of all mapped native libraries.
final class FirstRun {
    private FirstRun() {
    }

    public static void main(String[] arguments) throws IOException {
        try (Mat image = Mats.gray(4, 4)) {
            if (image.rows() != 4) {
                throw new IllegalStateException("OpenCV does not work");
            }
        }
        Check check = new LibtorchProbe().probe();
        if (check.status() != Check.Status.OK) {
            throw new IllegalStateException(check.toString());
        }
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            lines.filter(line -> line.contains(".so")).map(line -> line.substring(line.indexOf('/'))).distinct()
                    .forEach(System.out::println);
        }
    }
}
