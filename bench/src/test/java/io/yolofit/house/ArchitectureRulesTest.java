package io.yolofit.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.yolofit.house.sample.Offender;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Every rule fails on a sample that breaks it.
class ArchitectureRulesTest {
    private final JavaClass offender = new ClassFileImporter().importClass(Offender.class);

    @Test
    void printingIsFound() {
        assertThat(ArchitectureRules.printing(offender)).hasSize(2).anyMatch(use -> use.contains("System.out"))
                .anyMatch(use -> use.contains("printStackTrace"));
    }

    @Test
    void staticsThatCanChangeAreFound() {
        String name = Offender.class.getName();
        assertThat(ArchitectureRules.mutableStatics(offender)).map(text -> text.split(" ")[0])
                .containsExactlyInAnyOrder(name + ".counter", name + ".CACHE", name + ".NEXT");
    }

    @Test
    void aUseOfALaterModuleIsFound() {
        assertThat(ArchitectureRules.laterModules(offender, List.of("house", "base"))).isNotEmpty();
        assertThat(ArchitectureRules.laterModules(offender, List.of("base", "house"))).isEmpty();
    }

    @Test
    void aClassBelongsToTheModuleOfTheMostSpecificPackage() {
        assertThat(ArchitectureRules.module(offender, List.of("house", "house-sample", "base")))
                .isEqualTo("house-sample");
        assertThat(ArchitectureRules.module(offender, List.of("base"))).isEmpty();
    }

    @Test
    void usedPackagesIncludeThoseOfCaughtExceptions() {
        assertThat(ArchitectureRules.used(List.of(offender))).containsExactly("io.yolofit.base");
    }

    /// `org.lib` is not the beginning of `org.library` in whole names.
    @Test
    void aPackageInfoNamesPackagesOfOursInFullAndOthersByTheirBeginning() {
        PackageInfo info = info("May import: `io.yolofit.graph`,\n/// `org.library` and the JDK.\n///\n/// More `x`.");
        assertThat(info.packages()).containsExactly("io.yolofit.graph", "org.library");
        assertThat(info.allows("io.yolofit.graph")).isTrue();
        assertThat(info.allows("io.yolofit.graph.op")).isFalse();
        assertThat(info.allows("org.library.part")).isTrue();
        assertThat(info.allows("org.lib")).isFalse();
        assertThat(info.unused(Set.of("org.library.part"))).containsExactly("io.yolofit.graph");
    }

    @Test
    void aStatementOfAnotherFormIsRefused() {
        assertThatThrownBy(() -> info("Reading order: [A].")).hasMessageContaining("no paragraph 'May import:");
        assertThatThrownBy(() -> info("May import the JDK.")).hasMessageContaining("no paragraph 'May import:");
        assertThatThrownBy(() -> info("May import: `Jackson`.")).hasMessageContaining("`Jackson` is not the name");
        assertThat(info("May import: the JDK.").packages()).isEmpty();
    }

    private static PackageInfo info(String statement) {
        return PackageInfo.of("package-info.java", "/// Architectures.\n///\n/// " + statement + "\npackage a;\n");
    }
}
