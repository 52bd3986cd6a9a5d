package io.yolofit.house;

/// A place that breaks a rule: a file, relative to the repository's root, a line counted from 1, and what is wrong.
record Violation(String file, int line, String problem) {

    @Override
    public String toString() {
        return file + ":" + line + ": " + problem;
    }
}
