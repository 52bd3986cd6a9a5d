package io.yolofit.data.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.data.image.Mats;
import java.util.Random;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowWriterTest {
    /// Widths around the eight pixels of one iteration, and heights around the rows of a block.
    @ParameterizedTest
    @CsvSource({"1,1", "3,7", "5,8", "97,13", "41,33", "39,33", "2,1281", "40,64"})
    void flipsAndSwapsChannelsAsOpenCv(int height, int width) {
        try (Mat source = AxisAlignedWarpTest.noise(new Random(width), height, width);
                Mat ours = Mats.create(height, width)) {
            for (int choice = 0; choice < 8; choice++) {
                RowWriter writer = new RowWriter((choice & 1) != 0, (choice & 2) != 0, (choice & 4) != 0);
                writer.write(new MatRows(source), HsvJitter.Gains.NONE, Mats.segment(ours), height, width);
                try (Mat expected = source.clone()) {
                    if (writer.topToBottom()) {
                        opencv_core.flip(expected, expected, 0);
                    }
                    if (writer.leftToRight()) {
                        opencv_core.flip(expected, expected, 1);
                    }
                    if (writer.bgr()) {
                        opencv_imgproc.cvtColor(expected, expected, opencv_imgproc.COLOR_RGB2BGR);
                    }
                    assertThat(Mats.segment(ours).mismatch(Mats.segment(expected))).as("%s", writer).isEqualTo(-1);
                }
            }
        }
    }
}
