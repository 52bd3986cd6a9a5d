package io.yolofit.app.report.data;

import io.yolofit.data.dataset.Dataset;
import io.yolofit.data.dataset.Problem;
import io.yolofit.data.dataset.ScanOptions;
import io.yolofit.data.dataset.SplitScan;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The summary of a dataset, printed by `yolofit info data=`.
///
/// @param file    the YAML file
/// @param classes names, by index
/// @param splits  that the YAML file defines
public record DatasetSummary(String file, List<String> classes, List<Split> splits) {
    /// @param backgrounds images without objects
    /// @param skipped     images that are not used
    /// @param perClass    objects of each class
    /// @param problems    one line each
    public record Split(String name, int images, int backgrounds, int skipped, long objects, List<Integer> perClass,
            List<String> problems) {}

    public DatasetSummary {
        classes = List.copyOf(classes);
        splits = List.copyOf(splits);
    }

    /// Scans every image and label.
    public static DatasetSummary of(Dataset dataset) {
        return new DatasetSummary(dataset.file().toString(), dataset.names(),
                Stream.of("train", "val", "test").filter(dataset::hasSplit)
                        .map(name -> split(dataset.split(name).scan(ScanOptions.defaults()))).toList());
    }

    private static Split split(SplitScan scan) {
        return new Split(scan.split(), scan.images().size(), scan.backgrounds(), scan.skipped(), scan.instances(),
                Arrays.stream(scan.instancesPerClass()).boxed().toList(),
                scan.problems().stream().map(Problem::toString).toList());
    }
}
