package io.yolofit.house;

import java.util.List;
import java.util.regex.Pattern;

/// What may not stand in any text file of the repository. The patterns are put together from pieces, so that this file
/// keeps its own rules.
final class TextRules {
    private static final Pattern TAB = Pattern.compile("\t");
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");
    private static final Pattern UNFILLED = Pattern.compile("\\{\\{" + "[^}]*\\}\\}");
    private static final Pattern MACHINE_PATH = Pattern.compile(
            "(?<![\\w./$}~-])/(ro" + "ot|wo" + "rk|ho" + "me/\\w+)/");
    private static final Pattern REGISTRY = Pattern.compile(
            "(re" + "po1?\\.maven|re" + "pository\\.apache|cen" + "tral\\.sonatype|oss\\.sona" + "type)[\\w.]*");

    private TextRules() {
    }

    static List<Violation> tabs(List<TextFile> files) {
        return files.stream().flatMap(file -> file.offenses(TAB, "a tab; indent with spaces")).toList();
    }

    static List<Violation> unfinishedWork(List<TextFile> files) {
        return files.stream()
                .flatMap(file -> file.offenses(UNFINISHED, "'%s'; finish it, or say in the docs what is missing"))
                .toList();
    }

    /// Documents are written before the figures in them are measured; none is published with a gap.
    static List<Violation> unfilledFigures(List<TextFile> files) {
        return files.stream()
                .filter(file -> file.name().endsWith(".md"))
                .flatMap(file -> file.offenses(UNFILLED, "the figure '%s' is not filled in"))
                .toList();
    }

    static List<Violation> machinePaths(List<TextFile> files) {
        return files.stream()
                .flatMap(file -> file.offenses(MACHINE_PATH, "'%s' is a path of one machine"))
                .toList();
    }

    /// Which repository a build uses is the business of Maven's settings: no address of one is written down.
    static List<Violation> registryHosts(List<TextFile> files) {
        return files.stream()
                .flatMap(file -> file.offenses(REGISTRY, "'%s' is a registry's host name"))
                .toList();
    }
}
