package io.yolofit.train.options;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.testkit.Golden;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OptionTableTest {
    /// Names and defaults are part of the interface: the golden file changes only on purpose (`-Dgolden.update=true`).
    @Test
    void namesDefaultsAndRangesAreFrozen() {
        String table = Arrays.stream(Mode.values()).map(mode -> "[" + mode.word() + "]\n"
                + OptionTable.of(mode).stream()
                        .map(option -> option.name() + " = " + option.defaultText(mode)
                                + "    (" + option.expected() + ")\n")
                        .collect(Collectors.joining())).collect(Collectors.joining("\n"));
        Golden.check("options.txt", table);
    }

    @Test
    void everyConstantIsInTheTableInTheOrderOfTheSource() {
        List<Object> constants = Arrays.stream(OptionTable.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == Option.class)
                .map(field -> {
                    try {
                        return field.get(null);
                    } catch (IllegalAccessException impossible) {
                        throw new AssertionError(impossible);
                    }
                }).toList();
        assertThat(List.<Object>copyOf(OptionTable.all())).isEqualTo(constants);
    }

    @Test
    void namesAreUniqueAndOptionsAreOrderedByGroup() {
        for (Mode mode : Mode.values()) {
            assertThat(OptionTable.of(mode).stream()
                    .flatMap(option -> Stream.concat(Stream.of(option.name()), option.aliases().stream())))
                    .as(mode.word()).doesNotHaveDuplicates();
        }
        // options of export alone are keys of the reference's args.yaml, which all its commands write
        assertThat(OptionTable.all()).filteredOn(option -> !option.modes().equals(Set.of(Mode.EXPORT)))
                .noneMatch(option -> ReferenceKeys.contains(option.name()));
        List<Option.Group> groups = OptionTable.all().stream().map(Option::group).toList();
        assertThat(groups).isSorted();
        assertThat(groups).containsOnly(Option.Group.values());
    }

    @Test
    void everyDefaultParsesFromItsText() {
        for (Mode mode : Mode.values()) {
            for (Option<?> option : OptionTable.of(mode)) {
                assertDefaultReadsBack(option, mode);
            }
        }
    }

    private static <T> void assertDefaultReadsBack(Option<T> option, Mode mode) {
        String text = option.defaultText(mode);
        if (text.equals("none")) {
            assertThat(option.takesNone()).as(option.name()).isTrue();
        } else {
            assertThat(option.type().parse(text)).as(option.name()).isEqualTo(option.defaultFor(mode));
        }
    }

    @Test
    void theDefaultsEqualThoseOfTheReference() throws IOException {
        String reference;
        try (var stream = OptionTableTest.class.getResourceAsStream("reference-args.yaml")) {
            reference = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<String> setByThatRun = List.of("model", "imgsz", "device", "workers", "name", "exist_ok", "plots");
        for (String line : reference.lines().toList()) {
            String name = line.substring(0, line.indexOf(':'));
            String value = line.substring(line.indexOf(':') + 1).strip();
            OptionTable.named(name, Mode.TRAIN)
                    .filter(option -> !setByThatRun.contains(name) && !value.equals("null"))
                    .ifPresent(option -> assertThat(option.type().parse(value).map(Object::toString))
                            .as(name).isEqualTo(option.defaultFor(Mode.TRAIN).map(Object::toString)));
        }
    }
}
