package io.yolofit.data.importing;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What to import, and how.
///
/// @param data      an annotation file, or a folder of them
/// @param images    the folder of the images; empty if they are near the annotations
/// @param shares    of the splits; empty for the source's own splits, or else [SplitShares#DEFAULT]
/// @param seed      of the split
/// @param difficult whether objects that are marked difficult are kept
/// @param names     classes in the order of their numbers, without the others; empty for all in the format's order
public record ImportRequest(Path data, Optional<Path> images, Optional<SplitShares> shares, long seed,
                            boolean difficult, List<String> names) {
    public ImportRequest {
        names = List.copyOf(names);
    }

    /// Defaults for everything but the source.
    public static ImportRequest of(Path data) {
        return new ImportRequest(data, Optional.empty(), Optional.empty(), 0, false, List.of());
    }
}
