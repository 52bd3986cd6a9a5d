package io.yolofit.train.options;

/// Values of `device`: `AUTO` is the fastest engine found on the machine.
public enum DeviceChoice implements Choice {
    AUTO("auto"),
    CPU("cpu");

    private final String word;

    DeviceChoice(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
