package io.yolofit.train.ranks;

import io.yolofit.base.Failure;
import java.util.Map;
import java.util.OptionalInt;

/// The environment variables of a process.
record Variables(Map<String, String> environment) {
    private static final int HIGHEST_PORT = 65535;

    /// Whether a variable is set, and not empty.
    boolean has(String name) {
        return !environment.getOrDefault(name, "").isBlank();
    }

    boolean hasAll(String... names) {
        for (String name : names) {
            if (!has(name)) {
                return false;
            }
        }
        return true;
    }

    /// The text of a variable; empty if it is not set.
    String text(String name) {
        return environment.getOrDefault(name, "").strip();
    }

    /// @throws LaunchException if the variable is not set
    String required(String name, String launcher) {
        if (!has(name)) {
            throw new LaunchException(Failure.at(launcher, name + " is not set", ""));
        }
        return text(name);
    }

    /// @throws LaunchException if the variable is not a number, 0 or more
    int number(String name) {
        try {
            int number = Integer.parseInt(text(name));
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // the same message as for a negative number
        }
        throw new LaunchException(Failure.naming(name, name + "=" + text(name) + " is not a number, 0 or more", ""));
    }

    OptionalInt optional(String name) {
        return has(name) ? OptionalInt.of(number(name)) : OptionalInt.empty();
    }

    /// The port of a variable, or a default.
    int port(String name, int otherwise) {
        int port = optional(name).orElse(otherwise);
        if (port < 1 || port > HIGHEST_PORT) {
            throw new LaunchException(Failure.naming(name, name + "=" + port + " is not a port: give a number from 1 "
                    + "to " + HIGHEST_PORT, "give a number from 1 to " + HIGHEST_PORT));
        }
        return port;
    }

    /// @throws LaunchException if a number is not below its count
    void requireBelow(String name, String count) {
        if (number(name) >= number(count)) {
            throw new LaunchException(Failure.naming(name, name + "=" + text(name) + " contradicts " + count + "="
                    + text(count) + ": numbers start at 0", ""));
        }
    }

    /// `RANK=1, WORLD_SIZE=2`: the given variables that are set.
    String named(String... names) {
        StringBuilder list = new StringBuilder();
        for (String name : names) {
            if (has(name)) {
                list.append(list.isEmpty() ? "" : ", ").append(name).append('=').append(text(name));
            }
        }
        return list.toString();
    }
}
