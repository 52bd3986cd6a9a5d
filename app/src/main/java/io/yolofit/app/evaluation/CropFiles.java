package io.yolofit.app.evaluation;

import io.yolofit.data.draw.Annotator;
import io.yolofit.data.draw.Overlay;
import io.yolofit.data.image.RgbImage;
import io.yolofit.train.inference.ImageDetections;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Saves each detected object as an image of its own: `<class>/<image>.jpg`, then `<class>/<image>_2.jpg` and so on, by
/// decreasing confidence.
public final class CropFiles {
    private final Path folder;
    private final List<String> names;
    private final OutputNames outputs;

    /// @param folder  created if missing
    /// @param names   of the classes
    /// @param outputs names of all images
    public CropFiles(Path folder, List<String> names, OutputNames outputs) {
        this.folder = folder;
        this.names = List.copyOf(names);
        this.outputs = outputs;
    }

    public void save(RgbImage image, ImageDetections found) throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        for (Overlay one : Overlays.of(found.detections())) {
            String name = folderName(names.get(one.category()));
            int count = counts.merge(name, 1, Integer::sum);
            Annotator.crop(image, one, folder.resolve(name).resolve(
                    outputs.of(found.path()) + (count == 1 ? "" : "_" + count) + ".jpg"));
        }
    }

    /// A class name as a folder name on every system: `traffic light`, `a_b` for `a/b`.
    static String folderName(String name) {
        String portable = name.strip().replaceAll("[\\p{Cntrl}/\\\\:*?\"<>|]", "_");
        return portable.isEmpty() || portable.chars().allMatch(character -> character == '.') ? "_" : portable;
    }
}
