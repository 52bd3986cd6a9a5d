package io.yolofit.api.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.api.run.ResultsRow.Metrics;
import io.yolofit.train.program.LossItems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsCsvTest {
    private static final String HEADER = "epoch,time,train/box_loss,train/cls_loss,train/dfl_loss,"
            + "metrics/precision(B),metrics/recall(B),metrics/mAP50(B),metrics/mAP50-95(B),"
            + "val/box_loss,val/cls_loss,val/dfl_loss,lr/pg0,lr/pg1,lr/pg2\n";
    /// Rows of a run of the reference.
    private static final String FIRST =
            "1,5.51462,5.42273,4.17228,4.28425,0,0,0,0,5.36098,4.14217,4.16096,0.00017148,0.00017148,0.00017148\n";
    private static final String FIFTH = "5,17.4865,3.68263,2.49444,3.40658,5e-05,0.00103,0,0,4.89508,3.38855,3.68635,"
            + "0.000878343,0.000878343,0.000878343\n";
    private static final String SEVENTH = "7,22.9963,2.90489,1.96265,2.78379,0.6984,0.05102,0.01441,0.00386,3.61409,"
            + "2.81145,3.19785,0.00120971,0.00120971,0.00120971\n";
    private static final String THIRTY_SIXTH = "36,101.865,1.48881,1.02635,1.44666,0.77653,0.73578,0.75518,0.43211,"
            + "1.27617,0.91928,1.4006,0.000933851,0.000933851,0.000933851\n";
    private static final String REFERENCE = HEADER + FIRST + FIFTH + SEVENTH + THIRTY_SIXTH;

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("results.csv");
    }

    @Test
    void aRowIsFormattedLikeTheReference() throws IOException {
        ResultsCsv csv = ResultsCsv.create(file());
        csv.append(new ResultsRow(1, 5.514621, LossItems.of(5.42273, 4.172284, 4.284249), Metrics.ZERO,
                LossItems.of(5.36098, 4.14217, 4.16096), List.of(0.00017148, 0.00017148, 0.00017148)));
        csv.append(new ResultsRow(5, 17.48654, LossItems.of(3.68263, 2.49444, 3.40658),
                new Metrics(0.00005, 0.00103, 0, 0), LossItems.of(4.89508, 3.38855, 3.68635),
                List.of(0.0008783430, 0.0008783428, 0.000878343)));
        assertThat(file()).hasContent((HEADER + FIRST + FIFTH).strip());
        assertThat(Files.readString(file())).isEqualTo(HEADER + FIRST + FIFTH);
    }

    @Test
    void aFileOfTheReferenceIsReadAndRewrittenUnchanged() throws IOException {
        Files.writeString(file(), REFERENCE);
        List<ResultsRow> rows = ResultsCsv.read(file());
        assertThat(rows).extracting(ResultsRow::epoch).containsExactly(1, 5, 7, 36);
        assertThat(rows.get(2).metrics()).isEqualTo(new Metrics(0.6984, 0.05102, 0.01441, 0.00386));
        assertThat(rows.get(3).val()).isEqualTo(LossItems.of(1.27617, 0.91928, 1.4006));
        ResultsCsv.resume(file(), 100);
        assertThat(Files.readString(file())).isEqualTo(REFERENCE);
    }

    @Test
    void resumingDropsRowsOfLaterEpochsAndAppends() throws IOException {
        Files.writeString(file(), REFERENCE);
        ResultsCsv csv = ResultsCsv.resume(file(), 5);
        csv.append(new ResultsRow(6, 20, LossItems.ZERO, Metrics.ZERO, LossItems.ZERO, List.of(0.0, 0.0, 0.0)));
        assertThat(Files.readString(file())).isEqualTo(HEADER + FIRST + FIFTH + "6,20,0,0,0,0,0,0,0,0,0,0,0,0,0\n");
        assertThat(folder).isDirectoryNotContaining("glob:**.next");
    }

    @Test
    void aTruncatedLastRowIsIgnoredAndBlanksAreAllowed() throws IOException {
        Files.writeString(file(), REFERENCE.replace(",", ",   ") + "37,104.6,1.47");
        assertThat(ResultsCsv.read(file())).hasSize(4);
        ResultsCsv.resume(file(), 36);
        assertThat(Files.readString(file())).isEqualTo(REFERENCE);
    }

    @Test
    void nanSurvivesWritingAndReading() throws IOException {
        ResultsCsv.create(file()).append(new ResultsRow(1, 1, LossItems.of(Double.NaN, Double.POSITIVE_INFINITY, 0),
                Metrics.ZERO, LossItems.ZERO, List.of(0.0, 0.0, 0.0)));
        assertThat(ResultsCsv.read(file()).getFirst().train())
                .isEqualTo(LossItems.of(Double.NaN, Double.POSITIVE_INFINITY, 0));
    }

    @Test
    void resumingWithoutAFileCreatesOne() throws IOException {
        ResultsCsv.resume(file(), 3);
        assertThat(Files.readString(file())).isEqualTo(HEADER);
    }

    @Test
    void aMalformedFileIsRefusedWithTheLine() throws IOException {
        Files.writeString(file(), "a,b\n");
        assertThatThrownBy(() -> ResultsCsv.read(file())).hasMessageContaining("results.csv:1: expected the columns");
        Files.writeString(file(), HEADER + FIRST + "2,x" + ",0".repeat(13) + "\n");
        assertThatThrownBy(() -> ResultsCsv.read(file()))
                .hasMessageContaining("results.csv:3: time is 'x', not a number");
        Files.writeString(file(), HEADER + "1,2,3\n");
        assertThatThrownBy(() -> ResultsCsv.read(file())).hasMessageContaining(":2: expected 15 values, found 3");
        Files.writeString(file(), HEADER + "0.5" + ",0".repeat(14) + "\n");
        assertThatThrownBy(() -> ResultsCsv.read(file())).hasMessageContaining(":2: epoch is '0.5'");
    }
}
