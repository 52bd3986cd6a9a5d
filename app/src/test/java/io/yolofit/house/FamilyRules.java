package io.yolofit.house;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Families of ops have one name in the interpreter (`Reference<family>...`), in the CPU engine and in the CUDA engine
/// (`<family>Kernels`), and a kernel source is in the folder of its family.
final class FamilyRules {
    /// A case of a switch over ops: its patterns, and the class that it calls.
    private static final Pattern CASE = Pattern.compile("case ([^>]+?) ->\\s+(?:List\\.of\\()?(?:new )?(\\w+)[.(]");
    private static final Pattern OP = Pattern.compile("(?:^|, )([A-Z]\\w*)");
    private static final Pattern SOURCE = Pattern.compile("\"(?:\\w+/)?(\\w+)\\.cu\"");
    private static final Pattern FOLDER = Pattern.compile("\"(\\w+)/\\w+\\.cu\"");
    private static final Pattern KERNELS = Pattern.compile("(\\w+)Kernels");
    private static final Pattern REFERENCE = Pattern.compile("Reference(\\w+)");

    private FamilyRules() {
    }

    /// Ops whose family differs between a dispatcher and the CUDA engine's.
    ///
    /// @param cuda  text of the switch over ops of the CUDA engine
    /// @param cpu   that of the CPU engine
    /// @param other those of the interpreter
    static List<String> families(String cuda, String cpu, String other) {
        Map<String, Set<String>> inCuda = families(cuda, KERNELS);
        List<String> offenses = new ArrayList<>();
        families(cpu, KERNELS).forEach((op, names) -> {
            if (!names.equals(inCuda.getOrDefault(op, Set.of()))) {
                offenses.add(op + ": " + names + " on the CPU, " + inCuda.get(op) + " in CUDA");
            }
        });
        families(other, REFERENCE).forEach((op, names) -> {
            Set<String> families = inCuda.getOrDefault(op, Set.of());
            if (!names.stream().allMatch(name -> families.stream().anyMatch(name::startsWith))) {
                offenses.add(op + ": " + names + " in the interpreter, " + families + " in CUDA");
            }
        });
        return offenses;
    }

    /// The families of each op by its name without the nested record: `Conv2d` of `case Conv2d.Forward op -> ...`. An
    /// op that needs no kernel has none.
    private static Map<String, Set<String>> families(String text, Pattern className) {
        Map<String, Set<String>> families = new TreeMap<>();
        for (MatchResult one : CASE.matcher(text).results().toList()) {
            var family = className.matcher(one.group(2));
            if (family.matches()) {
                OP.matcher(one.group(1)).results().forEach(op ->
                        families.computeIfAbsent(op.group(1), name -> new TreeSet<>()).add(family.group(1)));
            }
        }
        return families;
    }

    /// Kernel sources whose folder has not the name of a family, or not that of the family whose class launches them.
    ///
    /// @param cuda    text of the switch over ops of the CUDA engine
    /// @param classes text of the classes that launch kernels, by name
    static List<String> folders(String cuda, Map<String, String> classes) {
        Set<String> families = new TreeSet<>();
        families(cuda, KERNELS).values().forEach(names ->
                names.forEach(name -> families.add(name.toLowerCase(Locale.ROOT))));
        List<String> offenses = new ArrayList<>();
        new TreeMap<>(classes).forEach((name, text) -> {
            String own = name.replaceAll(".*/|Kernels\\.java$", "").toLowerCase(Locale.ROOT);
            FOLDER.matcher(text).results().map(found -> found.group(1))
                    .filter(folder -> !(families.contains(own) ? own.equals(folder) : families.contains(folder)))
                    .forEach(folder -> offenses.add(name + " launches a kernel of the folder " + folder));
        });
        return offenses;
    }

    /// Kernel sources that no class names, and those that several do.
    ///
    /// @param sources names of the `.cu` files without the ending
    /// @param classes text of the classes that launch kernels, by name
    static List<String> sources(Set<String> sources, Map<String, String> classes) {
        Map<String, Set<String>> users = new TreeMap<>();
        classes.forEach((name, text) -> SOURCE.matcher(text).results().forEach(source ->
                users.computeIfAbsent(source.group(1), key -> new TreeSet<>()).add(name)));
        List<String> offenses = new ArrayList<>();
        for (String source : new TreeSet<>(sources)) {
            if (users.getOrDefault(source, Set.of()).size() != 1) {
                offenses.add(source + ".cu is launched by " + users.getOrDefault(source, Set.of()));
            }
        }
        return offenses;
    }
}
