package io.yolofit.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a package-info says about dependencies, in its paragraph `May import:`.
///
/// @param packages those that the package may use besides the JDK and itself
record PackageInfo(Set<String> packages) {
    /// The paragraph, and in it the packages: code spans. It ends at an empty line, or with the documentation.
    private static final Pattern MAY_IMPORT = Pattern.compile("(?ms)^May import:\\s(.*?)(?:\\n\\n|\\z)");
    private static final Pattern CODE_SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern PACKAGE = Pattern.compile("[a-z]\\w*(\\.[a-z]\\w*)*");
    private static final String OWN = "io.yolofit";

    static PackageInfo read(Path file) throws IOException {
        return of(file.toString(), Files.readString(file));
    }

    static PackageInfo of(String file, String text) {
        String documentation = text.lines().takeWhile(line -> line.startsWith("///"))
                .map(line -> line.substring(3).strip()).collect(Collectors.joining("\n"));
        Matcher statement = MAY_IMPORT.matcher(documentation);
        if (!statement.find()) {
            throw new AssertionError(file + ": no paragraph 'May import: `a.b`, `c.d`.' names what the package may use;"
                    + " of nothing but the JDK, it says 'May import: the JDK.'");
        }
        Set<String> packages = new TreeSet<>();
        for (MatchResult span : CODE_SPAN.matcher(statement.group(1)).results().toList()) {
            if (!PACKAGE.matcher(span.group(1)).matches()) {
                throw new AssertionError(file + ": `" + span.group(1) + "` is not the name of a package");
            }
            packages.add(span.group(1));
        }
        return new PackageInfo(packages);
    }

    /// A package of ours by its whole name; of another library also by the beginning of its name.
    boolean allows(String used) {
        return packages.stream().anyMatch(named -> names(named, used));
    }

    private static boolean names(String named, String used) {
        return named.equals(used) || !named.startsWith(OWN) && used.startsWith(named + ".");
    }

    /// The named packages of which nothing is used.
    Set<String> unused(Set<String> used) {
        return packages.stream().filter(named -> used.stream().noneMatch(one -> names(named, one)))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
