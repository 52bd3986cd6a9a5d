package io.yolofit.bench;

import io.yolofit.app.console.Console;
import io.yolofit.engine.cuda.CudaEngine;
import io.yolofit.graph.DType;
import io.yolofit.graph.op.Update;
import io.yolofit.graph.plan.ArenaLayout;
import io.yolofit.graph.recompute.Recompute;
import io.yolofit.train.plan.time.Roofline;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import io.yolofit.zoo.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Times of training steps on a GPU for several models, as a Markdown table and as CSV: 640 px, 80 classes, 8 objects
/// per image, random images. Every row has an engine of its own and is written as soon as it is measured.
///
/// Arguments: CSV file, precision (F16), steps (50), rows (such as yolov8n:16,yolov8s:64), recompute (OFF, DEFAULT,
/// MAX).
public final class CudaTable {
    private static final String ROWS = "yolov8n:16,yolov8s:16,yolov8m:16,yolov8x:16,yolov8n:64,yolov8s:64,yolov8x:64";
    private static final int SIZE = 640;
    private static final int CLASSES = 80;
    private static final int OBJECTS = 8;
    private static final double GIBIBYTE = 1L << 30;

    private CudaTable() {
    }

    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments.length > 0 ? arguments[0] : "cuda-table.csv");
        DType precision = arguments.length > 1 ? DType.valueOf(arguments[1]) : DType.F16;
        int steps = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 50;
        String rows = arguments.length > 3 ? arguments[3] : ROWS;
        Recompute.Policy recompute = arguments.length > 4 ? Recompute.Policy.valueOf(arguments[4])
                : Recompute.Policy.DEFAULT;
        Console console = Console.ofSystem();
        List<String> csv = new ArrayList<>(List.of(Row.CSV_HEADING));
        console.line(Row.HEADING);
        console.line(Row.HEADING.replaceAll("[^|]+", "---"));
        for (String row : rows.split(",")) {
            String[] parts = row.strip().split(":");
            Row measured = measure(parts[0], Integer.parseInt(parts[1]), precision, steps,
                    recompute);
            console.line(measured.markdown());
            csv.add(measured.csv());
            Files.write(file, csv);
        }
        console.line("");
        console.line("Matrix ceiling %.0f TFLOP/s; copy bandwidth measured before each row.".formatted(
                Roofline.H200_MATRIX_FLOPS / 1e12));
    }

    private static Row measure(String name, int batch, DType precision, int steps,
            Recompute.Policy recompute) {
        Model model = Model.of(ArchitectureCatalog.find(name), CLASSES);
        try (CudaEngine engine = Engines.cuda()) {
            double bandwidth = engine.copyBandwidth();
            try (TrainingBench bench = new TrainingBench(engine, model, batch, SIZE, precision, OBJECTS,
                    Update.Rule.SGD, recompute)) {
                StepTimes times = StepTimes.of(bench, steps);
                return new Row(name, batch, precision, times,
                        bench.plannedBytes(), engine.memory().arenaBytes(),
                        bandwidth, Roofline.bound(Roofline.H200_MATRIX_FLOPS, bandwidth).seconds(bench.program()));
            }
        }
    }

    /// @param planned predicted bytes of the arena
    /// @param used actual bytes of the arena
    /// @param bandwidth of a copy, bytes per second
    /// @param floor roofline of the step, seconds
    private record Row(String model, int batch, DType precision, StepTimes times, long planned, long used,
            double bandwidth, double floor) {
        private static final String HEADING = "| model | batch | precision | step ms | window ms | alone ms | img/s"
                + " | convolutions ms | others ms | arena planned GiB | used GiB | copy TB/s | roofline ms | share |";
        private static final String CSV_HEADING = "model,batch,precision,step_ms,window_ms,alone_ms,images_per_s,"
                + "convolutions_ms,others_ms,planned_bytes,used_bytes,copy_bytes_per_s,roofline_ms,share,kinds_ms";

        private double others() {
            return times.kinds().values().stream().mapToDouble(Double::doubleValue).sum() - times.convolutions();
        }

        String markdown() {
            return String.format(Locale.ROOT, "| %s | %d | %s | %.2f | %.2f | %.2f | %.0f | %.2f | %.2f | %.3f | %.3f"
                    + " | %.2f | %.2f | %.0f %% |", model, batch, precision.text(), times.launches() * 1e3,
                    times.window() * 1e3, times.alone() * 1e3, batch / times.launches(), times.convolutions() * 1e3,
                    others() * 1e3, planned / GIBIBYTE, used / GIBIBYTE, bandwidth / 1e12, floor * 1e3,
                    100 * floor / times.launches());
        }

        String csv() {
            String kinds = String.join(" ", times.kinds().entrySet().stream()
                    .map(kind -> String.format(Locale.ROOT, "%s=%.4f", kind.getKey(), kind.getValue() * 1e3)).toList());
            return String.format(Locale.ROOT, "%s,%d,%s,%.4f,%.4f,%.4f,%.2f,%.4f,%.4f,%d,%d,%.4g,%.4f,%.4f,%s", model,
                    batch, precision.text(), times.launches() * 1e3, times.window() * 1e3, times.alone() * 1e3,
                    batch / times.launches(), times.convolutions() * 1e3, others() * 1e3, planned, used, bandwidth,
                    floor * 1e3, floor / times.launches(), kinds);
        }
    }
}
