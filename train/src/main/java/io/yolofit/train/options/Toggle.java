package io.yolofit.train.options;

import java.util.Optional;

/// `false`, `true`, or a path, which means true with that file. The values of `resume` and `pretrained`.
///
/// @param on   whether it is enabled
/// @param path of the file, only if enabled
public record Toggle(boolean on, Optional<String> path) {
    public static final Toggle OFF = new Toggle(false, Optional.empty());
    public static final Toggle ON = new Toggle(true, Optional.empty());

    public Toggle {
        if (!on && path.isPresent()) {
            throw new IllegalArgumentException("a disabled option names the file " + path.get());
        }
    }

    public static Toggle path(String path) {
        return new Toggle(true, Optional.of(path));
    }
}
