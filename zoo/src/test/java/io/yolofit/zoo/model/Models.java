package io.yolofit.zoo.model;

import io.yolofit.zoo.architecture.ArchitectureCatalog;
import java.util.List;

/// The smallest model with few classes, for tests.
final class Models {
    static final List<String> NAMES = List.of("red cell", "white \"cell\"", "Thrombozyt\u00e4");

    private Models() {
    }

    static Model small() {
        return small(NAMES.size());
    }

    static Model small(int classes) {
        return Model.of(ArchitectureCatalog.find("yolov8n"), classes);
    }
}
