package io.yolofit.base;

/// Words of commands that messages suggest.
public final class ShellWord {
    private ShellWord() {
    }

    /// A word of a POSIX shell with this text: in quotes where the shell would split or change it.
    public static String of(Object text) {
        String word = text.toString();
        return word.matches("[\\p{L}\\p{N}_./:=+,@%-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
