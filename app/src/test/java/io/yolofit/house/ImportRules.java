package io.yolofit.house;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The statements of package-infos about imports and sub-packages, held against the sources.
final class ImportRules {
    /// The paragraph, and in it the packages: code spans. It ends at an empty line, or with the documentation.
    private static final Pattern MAY_IMPORT = Pattern.compile("(?ms)^May import(:?)\\s(.*?)(?:\\n\\n|\\z)");
    private static final Pattern CODE_SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern PACKAGE = Pattern.compile("[a-z]\\w*(\\.[a-z]\\w*)*");
    private static final Pattern IMPORT = Pattern.compile("\\bimport\\s+(?:static\\s+)?([\\w.]+)\\s*;");
    private static final Pattern OWN_TYPE = Pattern.compile("\\bio\\.yolofit(?:\\.[a-z]\\w*)*\\.[A-Z]\\w*");
    private static final Pattern JDK = Pattern.compile("(java|javax|jdk|com\\.sun)\\..*");
    private static final String OWN = "io.yolofit";

    private ImportRules() {
    }

    /// Packages that a package-info allows.
    ///
    /// @param line of the statement, from 1
    record Allowed(JavaSource file, int line, Set<String> packages) {
        /// A package of ours by its whole name; of another library also by the beginning of its name.
        private boolean allows(String imported) {
            return packages.contains(imported)
                    || !imported.startsWith(OWN) && packages.stream().anyMatch(one -> imported.startsWith(one + "."));
        }

        private boolean isUsed(String allowed, Set<String> imported) {
            return imported.contains(allowed)
                    || !allowed.startsWith(OWN) && imported.stream().anyMatch(one -> one.startsWith(allowed + "."));
        }
    }

    /// Every main package says what it may import, and imports exactly that. The JDK needs no permission.
    static List<Violation> imports(List<JavaSource> sources) {
        List<Violation> offenses = new ArrayList<>();
        byPackage(sources).forEach((name, files) -> files.stream().filter(JavaSource::isPackageInfo).findFirst()
                .flatMap(info -> mayImport(info, offenses))
                .ifPresent(allowed -> check(name, files, allowed, offenses)));
        return offenses;
    }

    /// The statement of a package-info.
    static Optional<Allowed> mayImport(JavaSource info, List<Violation> offenses) {
        String documentation = documentation(info);
        Matcher statement = MAY_IMPORT.matcher(documentation);
        if (!statement.find()) {
            offenses.add(new Violation(info.file(), 1, "no paragraph 'May import: `a.b`, `c.d`.' names what the package"
                    + " may import; of nothing but the JDK, it says 'May import: the JDK.'"));
            return Optional.empty();
        }
        int line = 1 + (int) documentation.substring(0, statement.start()).chars().filter(c -> c == '\n').count();
        if (statement.group(1).isEmpty()) {
            offenses.add(new Violation(info.file(), line, "'May import' is followed by a colon"));
        }
        Set<String> packages = new LinkedHashSet<>();
        for (MatchResult span : CODE_SPAN.matcher(statement.group(2)).results().toList()) {
            if (PACKAGE.matcher(span.group(1)).matches()) {
                packages.add(span.group(1));
            } else {
                offenses.add(new Violation(info.file(), line, "`" + span.group(1) + "` is not the name of a package"));
            }
        }
        return Optional.of(new Allowed(info, line, packages));
    }

    /// The Markdown of the documentation: a line of the file is a line of it.
    private static String documentation(JavaSource info) {
        return info.lines().stream().takeWhile(line -> line.startsWith("///"))
                .map(line -> line.substring(3).strip()).collect(Collectors.joining("\n"));
    }

    private static void check(String name, List<JavaSource> files, Allowed allowed, List<Violation> offenses) {
        Set<String> imported = new TreeSet<>();
        for (JavaSource file : files) {
            Set<String> reported = new TreeSet<>();
            for (MatchResult use : uses(file)) {
                String used = packageOf(use.group(use.groupCount()));
                if (used.equals(name) || JDK.matcher(used).matches()) {
                    continue;
                }
                imported.add(used);
                if (!allowed.allows(used) && reported.add(used)) {
                    offenses.add(new Violation(file.file(), file.lineAt(use.start()), used
                            + " is not among the packages that " + name + " may import: its package-info names "
                            + allowed.packages));
                }
            }
        }
        allowed.packages.stream().filter(one -> !allowed.isUsed(one, imported))
                .forEach(one -> offenses.add(new Violation(allowed.file.file(), allowed.line, name + " imports nothing"
                        + " of " + one + ", which its package-info names")));
    }

    /// Imports, and types of ours that the code names in full.
    private static List<MatchResult> uses(JavaSource file) {
        List<MatchResult> uses = new ArrayList<>(IMPORT.matcher(file.syntax()).results().toList());
        OWN_TYPE.matcher(file.syntax()).results().filter(use -> uses.stream()
                .noneMatch(one -> one.start() <= use.start() && use.end() <= one.end())).forEach(uses::add);
        return uses;
    }

    /// `io.yolofit.graph.op` of `io.yolofit.graph.op.Conv2d.Forward`.
    private static String packageOf(String name) {
        Matcher matcher = PACKAGE.matcher(name);
        String lower = matcher.lookingAt() ? matcher.group() : name;
        return lower.length() == name.length() ? lower.substring(0, Math.max(0, lower.lastIndexOf('.'))) : lower;
    }

    /// A package-info names the packages directly below it, so that a reader finds them.
    static List<Violation> subPackages(List<JavaSource> sources) {
        Map<String, List<JavaSource>> packages = byPackage(sources);
        List<Violation> offenses = new ArrayList<>();
        packages.forEach((name, files) -> {
            String parent = name.substring(0, Math.max(0, name.lastIndexOf('.')));
            String own = name.substring(name.lastIndexOf('.') + 1);
            packages.getOrDefault(parent, List.of()).stream().filter(JavaSource::isPackageInfo).forEach(info -> {
                boolean named = CODE_SPAN.matcher(documentation(info)).results().map(span -> span.group(1))
                        .anyMatch(span -> span.equals(own) || span.equals(name) || span.endsWith("." + own));
                if (!named) {
                    offenses.add(new Violation(info.file(), 1, "the sub-package `" + own + "` is not named"));
                }
            });
        });
        return offenses;
    }

    private static Map<String, List<JavaSource>> byPackage(List<JavaSource> sources) {
        return sources.stream().filter(JavaSource::isMain).collect(Collectors.groupingBy(
                source -> source.packageFolder().replace('/', '.'), TreeMap::new, Collectors.toList()));
    }
}
