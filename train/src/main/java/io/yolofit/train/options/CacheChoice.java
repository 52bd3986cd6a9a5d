package io.yolofit.train.options;

/// Values of `cache`: where decoded images are kept. `true` is read as `ram`.
public enum CacheChoice implements Choice {
    NONE("false"),
    RAM("ram"),
    DISK("disk");

    private final String word;

    CacheChoice(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
