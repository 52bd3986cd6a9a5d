package io.yolofit.app.page;

import io.yolofit.data.check.DatasetCheck;
import io.yolofit.data.check.ObjectProfile;
import io.yolofit.data.dataset.Label;
import io.yolofit.data.dataset.LabeledImage;
import io.yolofit.data.dataset.SplitScan;
import io.yolofit.data.draw.Annotator;
import io.yolofit.data.draw.Overlay;
import io.yolofit.data.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Pictures of a data set with their boxes, as `data:` URLs: the most objects, the smallest ones, the rarest classes,
/// near-duplicates, and the first of each split.
final class SamplePictures {
    private static final int SIDE = 480; // pixels
    private static final int PAIRS = 4;
    private static final int RAREST = 3;
    private static final int FIRST = 4;

    private final DatasetCheck check;
    private final Annotator annotator;

    SamplePictures(DatasetCheck check) {
        this.check = check;
        this.annotator = new Annotator(check.scans().getFirst().names());
    }

    /// @param caption of the picture
    /// @param url     the JPEG itself
    record Picture(String caption, String url) {}

    /// Pictures by heading.
    Map<String, List<Picture>> all() throws IOException {
        Map<String, List<Picture>> groups = new LinkedHashMap<>();
        for (DatasetCheck.Duplicate pair : check.duplicates().stream().limit(PAIRS).toList()) {
            groups.computeIfAbsent("Near-duplicates across splits", _ -> new ArrayList<>()).addAll(List.of(
                    picture(pair.firstSplit(), pair.first()), picture(pair.secondSplit(), pair.second())));
        }
        SplitScan train = check.scans().getFirst();
        List<LabeledImage> labeled = train.images().stream().filter(image -> !image.labels().isEmpty()).toList();
        if (!labeled.isEmpty()) {
            LabeledImage most = labeled.stream().max(Comparator.comparing(image -> image.labels().size()))
                    .orElseThrow();
            LabeledImage smallest = labeled.stream().min(Comparator.comparing(this::smallestSide)).orElseThrow();
            groups.put("Most objects, smallest object", List.of(picture(train.split(), most),
                    picture(train.split(), smallest)));
            groups.put("Rarest classes", rarest(train, labeled));
        }
        List<Picture> first = new ArrayList<>();
        for (SplitScan scan : check.scans()) {
            for (LabeledImage image : scan.images().stream().limit(FIRST).toList()) {
                first.add(picture(scan.split(), image));
            }
        }
        groups.put("First images of each split", first);
        return groups;
    }

    private double smallestSide(LabeledImage image) {
        return image.labels().stream().mapToDouble(label -> ObjectProfile.side(label.width(), label.height(), image,
                check.objects().imageSize())).min().orElse(Double.MAX_VALUE);
    }

    private List<Picture> rarest(SplitScan train, List<LabeledImage> labeled) throws IOException {
        int[] counts = train.instancesPerClass();
        List<Integer> classes = IntStream.range(0, counts.length).boxed().filter(category -> counts[category] > 0)
                .sorted(Comparator.comparing(category -> counts[category])).limit(RAREST).toList();
        List<Picture> pictures = new ArrayList<>();
        for (int category : classes) {
            LabeledImage image = labeled.stream().filter(one -> one.labels().stream().anyMatch(label ->
                    label.category() == category)).findFirst().orElseThrow();
            pictures.add(picture(train.names().get(category), image));
        }
        return pictures;
    }

    private Picture picture(String group, LabeledImage image) throws IOException {
        Path file = Files.createTempFile("yolofit-check", ".jpg");
        try (RgbImage whole = RgbImage.decode(image.path())) {
            boolean large = Math.max(whole.height(), whole.width()) > SIDE;
            try (RgbImage small = whole.toLoadSize(large ? SIDE : Math.max(whole.height(), whole.width()))) {
                annotator.save(small, image.labels().stream().map(label -> overlay(label, small)).toList(), file);
            }
            return new Picture("%s: %s, %d x %d, %d objects".formatted(group, image.path().getFileName(), image.width(),
                    image.height(), image.labels().size()),
                    "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(Files.readAllBytes(file)));
        } finally {
            Files.delete(file);
        }
    }

    private static Overlay overlay(Label label, RgbImage image) {
        float halfWidth = label.width() * image.width() / 2;
        float halfHeight = label.height() * image.height() / 2;
        float x = label.centerX() * image.width();
        float y = label.centerY() * image.height();
        return Overlay.ofTruth(label.category(), x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
    }
}
