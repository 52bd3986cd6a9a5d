package io.yolofit.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.yolofit.base.YoloFitException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The architecture rules, each on the main classes of all modules. A failure lists every place that breaks the rule.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchitectureTest {
    private static final Pattern MODULE = Pattern.compile("<module>([\\w-]+)</module>");
    private static final String TERMINAL_MODULE = "app";

    private Path root;
    private List<String> modules;
    private List<JavaClass> classes;

    @BeforeAll
    void readClasses() throws IOException {
        root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("bom/pom.xml"))) {
            root = root.getParent();
        }
        modules = MODULE.matcher(Files.readString(root.resolve("pom.xml"))).results().map(found -> found.group(1))
                .toList();
        List<Path> folders = modules.stream().map(name -> root.resolve(name).resolve("target/classes"))
                .filter(Files::isDirectory).toList();
        classes = new ClassFileImporter().importPaths(folders).stream().toList();
    }

    @Test
    void allModulesWithClassesAreSeen() {
        assertThat(classes.stream().map(one -> ArchitectureRules.module(one, modules)).collect(Collectors.toSet()))
                .contains("testkit", "base", "graph", "zoo", "engine", "engine-cpu", "engine-cuda", "data", "train",
                        "api", "app", "bench");
    }

    @Test
    void modulesUseOnlyThoseBeforeThem() {
        kept(one -> ArchitectureRules.laterModules(one, modules));
    }

    @Test
    void onlyTheAppPrints() {
        kept(one -> ArchitectureRules.module(one, modules).equals(TERMINAL_MODULE) ? List.of()
                : ArchitectureRules.printing(one));
    }

    @Test
    void nothingStaticCanChange() {
        kept(ArchitectureRules::mutableStatics);
    }

    /// A package uses what its package-info names, and the package-info names nothing that is neither used nor
    /// imported: of an imported class that has only constants, no trace is left in class files.
    @Test
    void packagesUseWhatTheirPackageInfoNames() throws IOException {
        Map<String, List<JavaClass>> packages = classes.stream()
                .collect(Collectors.groupingBy(JavaClass::getPackageName, TreeMap::new, Collectors.toList()));
        List<String> offenses = new ArrayList<>();
        for (var entry : packages.entrySet()) {
            Path folder = sources(entry.getKey());
            PackageInfo info = PackageInfo.read(folder.resolve("package-info.java"));
            Set<String> used = ArchitectureRules.used(entry.getValue());
            used.stream().filter(one -> !info.allows(one)).forEach(one -> offenses.add(entry.getKey() + " uses " + one
                    + ", which its package-info does not name: " + users(entry.getValue(), one)));
            used.addAll(imported(folder));
            info.unused(used).forEach(one -> offenses.add(
                    entry.getKey() + " uses nothing of " + one + ", which its package-info names"));
        }
        assertThat(offenses).isEmpty();
    }

    /// Programs catch one class, and users read what, where and remedy. Outside is what no user meets as a failure: the
    /// stop of a run by its user, and signals within a package.
    @Test
    void uncheckedExceptionsHaveOneRoot() {
        Set<String> signals = Set.of("MeetingStoppedException", "StoppedException", "Stopped", "ClassOutOfRange");
        kept(one -> one.isAssignableTo(RuntimeException.class) && !one.isAssignableTo(YoloFitException.class)
                && !signals.contains(one.getSimpleName()) ? List.of(one.getName()) : List.of());
    }

    private static Set<String> users(List<JavaClass> classes, String used) {
        return classes.stream().filter(one -> ArchitectureRules.used(List.of(one)).contains(used))
                .map(JavaClass::getSimpleName).collect(Collectors.toSet());
    }

    private Path sources(String name) {
        return modules.stream().map(module -> root.resolve(module + "/src/main/java").resolve(name.replace('.', '/')))
                .filter(folder -> Files.exists(folder.resolve("package-info.java"))).findFirst()
                .orElseThrow(() -> new AssertionError("no package-info.java of " + name));
    }

    private static Set<String> imported(Path folder) throws IOException {
        Pattern imports = Pattern.compile("(?m)^import (?:static )?([a-z]\\w*(?:\\.[a-z]\\w*)*)\\.");
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
            var text = new StringBuilder();
            for (Path source : sources) {
                text.append(Files.readString(source));
            }
            return imports.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
        }
    }

    private void kept(Function<JavaClass, List<String>> rule) {
        assertThat(classes.stream().flatMap(one -> rule.apply(one).stream()).toList()).isEmpty();
    }
}
