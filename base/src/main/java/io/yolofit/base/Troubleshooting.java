package io.yolofit.base;

/// Headings of docs/troubleshooting.md that error messages refer to.
public enum Troubleshooting {
    OUT_OF_MEMORY("out-of-memory-on-the-gpu"),
    HOST_MEMORY("out-of-memory-in-the-middle-of-a-run"),
    OTHER_PROCESS("another-process-takes-the-memory-of-the-gpu"),
    LOADING("the-gpu-waits-for-images"),
    HEAP("java-heap-space"),
    DIVERGED("nan-losses"),
    LABELS("labels-are-not-found"),
    GPU("the-gpu-is-not-found"),
    DEVICES("several-devices-are-refused"),
    HALF("bf16-is-not-supported"),
    RESUME("resume-is-refused"),
    OPTIONS("an-option-of-another-trainer-is-refused"),
    CHECKPOINT("a-checkpoint-is-not-read"),
    PAGE("the-page-cannot-be-opened");

    private final String anchor;

    Troubleshooting(String anchor) {
        this.anchor = anchor;
    }

    /// The last line of an error message: `More: docs/troubleshooting.md#nan-losses`.
    public String line() {
        return "More: docs/troubleshooting.md#" + anchor;
    }
}
