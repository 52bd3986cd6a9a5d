package io.yolofit.train.options;

/// Values of `cache`: the storage of decoded images. `true` means `ram`.
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
