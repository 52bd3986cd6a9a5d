package io.yolofit.testkit;

/// The architecture of the smallest detector that learns: two levels, of strides 8 and 16, and few channels.
public final class TinyArchitecture {
    public static final String YAML = """
            name: tiny
            rows:
              - {block: Conv, out: 8, kernel: 3, stride: 2}
              - {block: Conv, out: 16, kernel: 3, stride: 2}
              - {block: C2f, out: 16, shortcut: true}
              - {block: Conv, out: 32, kernel: 3, stride: 2}
              - {block: C2f, out: 32, shortcut: true}
              - {block: Conv, out: 32, kernel: 3, stride: 2}
              - {block: SPPF, out: 32, kernel: 5}
              - {block: Detect, from: [4, 6]}
            """;

    private TinyArchitecture() {
    }
}
