package io.yolofit.app.command;

import io.yolofit.train.options.Mode;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The registry of commands, by mode.
public final class Commands {
    private final Map<Mode, Command> byMode;

    private Commands(Map<Mode, Command> byMode) {
        this.byMode = byMode;
    }

    public static Commands of(Map<Mode, Command> commands) {
        if (commands.isEmpty()) {
            throw new IllegalArgumentException("no commands");
        }
        return new Commands(Collections.unmodifiableMap(new EnumMap<>(commands)));
    }

    /// The modes that have a command, in the order of the help.
    public Set<Mode> modes() {
        return byMode.keySet();
    }

    public Optional<Command> of(Mode mode) {
        return Optional.ofNullable(byMode.get(mode));
    }
}
