package io.yolofit.data.check;

import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.SplitScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/// Finds images that look alike, and reports those in different splits.
final class DuplicateFindings {
    private static final double MANY = 0.05;

    private final List<Pictured> images = new ArrayList<>();
    private final List<DatasetCheck.Duplicate> pairs = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    private DuplicateFindings() {
    }

    private record Pictured(String split, LabeledImage image) {}

    /// @param pairs of images in different splits, the first in the earlier split
    record Result(List<Finding> findings, List<DatasetCheck.Duplicate> pairs) {}

    static Result of(List<SplitScan> scans, int threads, DatasetCheck.Progress progress) throws InterruptedException {
        DuplicateFindings search = new DuplicateFindings();
        scans.forEach(scan -> scan.images().forEach(image -> search.images.add(new Pictured(scan.split(), image))));
        List<List<Integer>> groups = NearDuplicates.groups(search.hashes(threads, progress));
        search.acrossSplits(groups, scans);
        search.withinSplits(groups);
        if (search.findings.isEmpty()) {
            search.findings.add(Finding.ok("near-duplicates", "none among %d images".formatted(search.images.size())));
        }
        return new Result(search.findings, search.pairs);
    }

    private List<PictureHash> hashes(int threads, DatasetCheck.Progress progress) throws InterruptedException {
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            List<Future<PictureHash>> futures = images.stream().map(image -> workers.submit(() ->
                    PictureHash.of(image.image))).toList();
            List<PictureHash> hashes = new ArrayList<>();
            try {
                for (Future<PictureHash> future : futures) {
                    hashes.add(hash(future, images.get(hashes.size()).image.path()));
                    progress.compared(hashes.size(), images.size());
                }
            } catch (InterruptedException stopped) {
                workers.shutdownNow(); // or closing them would wait for all images
                throw stopped;
            }
            return hashes;
        }
    }

    private PictureHash hash(Future<PictureHash> future, Path file) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException unreadable) {
                findings.add(Finding.fail("images", "%s: %s".formatted(file, unreadable.getMessage()),
                        "repair the image, or remove it"));
                return new PictureHash(0, new byte[0], true);
            }
            throw new IllegalStateException("hashing " + file + " failed", e.getCause());
        }
    }

    /// For each later split, its images that look like one of an earlier split.
    private void acrossSplits(List<List<Integer>> groups, List<SplitScan> scans) {
        for (int later = 1; later < scans.size(); later++) {
            String split = scans.get(later).split();
            for (int earlier = 0; earlier < later; earlier++) {
                String other = scans.get(earlier).split();
                List<DatasetCheck.Duplicate> found = new ArrayList<>();
                for (List<Integer> group : groups) {
                    group.stream().map(images::get).filter(image -> image.split.equals(other)).findFirst()
                            .ifPresent(first -> group.stream().map(images::get)
                                    .filter(image -> image.split.equals(split)).forEach(image -> found.add(
                                            duplicate(first, image))));
                }
                report(found, split, other, scans.get(later).images().size());
            }
        }
    }

    private static DatasetCheck.Duplicate duplicate(Pictured first, Pictured second) {
        return new DatasetCheck.Duplicate(first.split, first.image, second.split, second.image,
                sameContent(first.image.path(), second.image.path()));
    }

    private void report(List<DatasetCheck.Duplicate> found, String split, String other, int images) {
        if (found.isEmpty()) {
            return;
        }
        pairs.addAll(found);
        long same = found.stream().filter(DatasetCheck.Duplicate::identical).count();
        String what = "%d of %d images in %s look like images in %s%s".formatted(found.size(), images, split, other,
                same > 0 ? " (" + same + " with the same content)" : "");
        String advice = "move both of a pair to one split: metrics on known images say nothing about new ones";
        findings.add(new Finding(same > 0 ? Finding.Level.FAIL : Finding.Level.WARN, "near-duplicates", what, advice,
                found.stream().sorted(Comparator.comparing(pair -> !pair.identical())).map(pair -> "%s and %s%s"
                        .formatted(pair.second().path(), pair.first().path(), pair.identical() ? ", the same content"
                                : "")).toList()));
    }

    private void withinSplits(List<List<Integer>> groups) {
        Map<String, List<String>> repeated = new TreeMap<>();
        for (List<Integer> group : groups) {
            group.stream().map(images::get).collect(Collectors.groupingBy(Pictured::split)).forEach((split, alike) ->
                    alike.stream().skip(1).forEach(image -> repeated.computeIfAbsent(split, _ -> new ArrayList<>())
                            .add("%s and %s".formatted(image.image.path(), alike.getFirst().image.path()))));
        }
        repeated.forEach((split, pairs) -> {
            long total = images.stream().filter(image -> image.split.equals(split)).count();
            if (pairs.size() > MANY * total) {
                findings.add(new Finding(Finding.Level.WARN, "near-duplicates",
                        "%d of %d images in %s look like another one there".formatted(pairs.size(), total, split),
                        "keep one frame of each scene: copies take time and teach nothing", pairs));
            }
        });
    }

    private static boolean sameContent(Path first, Path second) {
        try {
            return Files.isSameFile(first, second) || Files.mismatch(first, second) < 0;
        } catch (IOException _) { // one of them vanished: they were alike when they were hashed
            return false;
        }
    }
}
