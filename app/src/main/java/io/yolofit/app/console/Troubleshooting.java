package io.yolofit.app.console;

/// Headings of docs/troubleshooting.md that error messages refer to.
public enum Troubleshooting {
    OUT_OF_MEMORY("out-of-memory-on-the-gpu"),
    HEAP("java-heap-space"),
    DIVERGED("nan-losses");

    private final String anchor;

    Troubleshooting(String anchor) {
        this.anchor = anchor;
    }

    /// The last line of an error message: `More: docs/troubleshooting.md#nan-losses`.
    public String line() {
        return "More: docs/troubleshooting.md#" + anchor;
    }
}
