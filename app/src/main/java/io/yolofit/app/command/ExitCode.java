package io.yolofit.app.command;

/// Exit codes of the process; scripts rely on the numbers.
public enum ExitCode {
    OK(0, "success"),
    FAILURE(1, "failure while running"),
    USAGE(2, "invalid command, option or configuration; nothing was started"),
    INTERRUPTED(130, "stopped by the user (Ctrl-C)"),
    TERMINATED(143, "stopped by SIGTERM, to this process or to another rank");

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
