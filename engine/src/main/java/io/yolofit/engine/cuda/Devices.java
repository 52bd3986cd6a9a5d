package io.yolofit.engine.cuda;

import java.util.List;

/// Placeholder: the GPUs of this machine.
///
/// @param usable their numbers
/// @param whyNot why there is none, if so
public record Devices(List<Integer> usable, String whyNot) {
    public static Devices find() {
        return new Devices(List.of(), "there is no CUDA engine in this build");
    }
}
