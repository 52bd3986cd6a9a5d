package io.yolofit.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptionTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// `docs/options.md` is generated from the option table; `-Dgolden.update=true` rewrites it.
class OptionsDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/options.md");
    private static final String HEAD = """
            # Options

            All options of all commands, generated from the table that the program uses. An option is written
            `name=value`; `./yolofit train --help` prints those of a command. Where defaults differ, they are given for
            each command.
            """;

    @Test
    void theDocumentIsTheTable() throws IOException {
        String text = document();
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(DOCUMENT, text);
        }
        assertThat(Files.readString(DOCUMENT)).as("-Dgolden.update=true rewrites docs/options.md").isEqualTo(text);
    }

    private static String document() {
        List<String> lines = new ArrayList<>(HEAD.lines().toList());
        for (Option.Group group : Option.Group.values()) {
            Set<Option<?>> options = new LinkedHashSet<>();
            Arrays.stream(Mode.values()).forEach(mode -> OptionTable.of(mode).stream()
                    .filter(option -> option.group() == group).forEach(options::add));
            lines.addAll(List.of("", "## " + group.title(), "", "| option | default | commands | effect |",
                    "| --- | --- | --- | --- |"));
            options.forEach(option -> lines.add("| `%s`%s | %s | %s | %s (%s) |".formatted(option.name(),
                    option.aliases().stream().sorted().map(alias -> ", `" + alias + "`").collect(Collectors.joining()),
                    defaults(option), commands(option), escaped(option.help()), escaped(option.expected()))));
        }
        return String.join("\n", lines) + "\n";
    }

    private static String commands(Option<?> option) {
        return option.modes().size() == Mode.values().length ? "all" : option.modeWords();
    }

    /// The default, or the defaults by command where they differ.
    private static String defaults(Option<?> option) {
        Map<String, List<String>> byText = new TreeMap<>();
        for (Mode mode : option.modes()) {
            String text = option.requiredBy().contains(mode) ? "required" : "`" + option.defaultText(mode) + "`";
            byText.computeIfAbsent(text, _ -> new ArrayList<>()).add(mode.word());
        }
        return byText.size() == 1 ? byText.keySet().iterator().next() : byText.entrySet().stream().map(entry ->
                entry.getKey() + " (" + String.join(", ", entry.getValue()) + ")").collect(Collectors.joining(", "));
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }
}
