package io.yolofit.app.command;

/// How the process ends; scripts rely on the numbers.
public enum ExitCode {
    OK(0, "done"),
    FAILURE(1, "something went wrong during the work"),
    USAGE(2, "a wrong command, option or configuration; nothing was started"),
    INTERRUPTED(130, "stopped by the user (Ctrl-C)");

    private final int number;
    private final String meaning;

    ExitCode(int number, String meaning) {
        this.number = number;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    public String meaning() {
        return meaning;
    }
}
