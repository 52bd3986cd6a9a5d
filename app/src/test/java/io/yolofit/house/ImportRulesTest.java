package io.yolofit.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImportRulesTest {
    private static final String CODE = """
            import static io.yolofit.graph.op.Conv2d.Forward;

            import io.yolofit.graph.Graph;
            import java.util.List;
            import org.library.part.Thing;
            // import io.yolofit.train.Trainer;
            class A { io.yolofit.graph.plan.Program.Kind kind; String s = "io.yolofit.engine.Engine"; }
            """;

    @Test
    void everyImportIsNamedAndNothingElse() {
        assertThat(imports("May import: `io.yolofit.graph`, `io.yolofit.graph.op`,\n/// `io.yolofit.graph.plan` and "
                + "`org.library`.", CODE)).isEmpty();
    }

    @Test
    void anImportThatIsNotNamedIsAnOffenseOfTheFile() {
        assertThat(imports("May import: `io.yolofit.graph`, `org.library`.", CODE))
                .extracting(Violation::file, Violation::line).containsExactly(
                        tuple("zoo/src/main/java/io/yolofit/zoo/A.java", 1),
                        tuple("zoo/src/main/java/io/yolofit/zoo/A.java", 7));
        assertThat(imports("May import: `io.yolofit.graph.op`, `io.yolofit.graph.plan`, `org.library.part`.", CODE))
                .extracting(Violation::toString).containsExactly("zoo/src/main/java/io/yolofit/zoo/A.java:3:"
                        + " io.yolofit.graph is not among the packages that io.yolofit.zoo may import: its package-info"
                        + " names [io.yolofit.graph.op, io.yolofit.graph.plan, org.library.part]");
    }

    /// `org.lib` is not the beginning of `org.library` in whole names.
    @Test
    void aLibraryIsNamedByWholeNames() {
        assertThat(imports("May import: `org.lib`.", "import org.library.Thing;\nimport org.lib.a.B;\n"))
                .extracting(Violation::line).containsExactly(1);
        assertThat(imports("May import: `org.library`.", "import org.library.Thing;\n")).isEmpty();
    }

    @Test
    void aPackageThatIsNamedAndNotImportedIsAnOffenseOfThePackageInfo() {
        assertThat(imports("May import: `io.yolofit.graph`, `org.library`.", "import io.yolofit.graph.Graph;\n"))
                .extracting(Violation::toString).containsExactly("zoo/src/main/java/io/yolofit/zoo/package-info.java:3:"
                        + " io.yolofit.zoo imports nothing of org.library, which its package-info names");
    }

    @Test
    void theStatementIsThereInItsForm() {
        assertThat(imports("Reading order: [A].", "")).extracting(Violation::problem)
                .singleElement().asString().startsWith("no paragraph 'May import:");
        assertThat(imports("May import the JDK.", "")).extracting(Violation::problem)
                .containsExactly("'May import' is followed by a colon");
        assertThat(imports("May import: `Jackson`.", "")).extracting(Violation::problem)
                .containsExactly("`Jackson` is not the name of a package");
        assertThat(imports("May import: the JDK.\n///\n/// Further text on `io.yolofit.graph`.", "")).isEmpty();
    }

    @Test
    void testsMayImportWhatTheyNeed() {
        assertThat(ImportRules.imports(List.of(JavaSource.of("zoo/src/test/java/io/yolofit/zoo/ATest.java", CODE))))
                .isEmpty();
    }

    @Test
    void aSubPackageIsNamedInThePackageAboveIt() {
        for (String named : List.of("`block`", "`io.yolofit.zoo.block`", "`zoo.block`")) {
            assertThat(ImportRules.subPackages(List.of(info("zoo", "Reading order: " + named + "."),
                    info("zoo/block", "")))).isEmpty();
        }
        assertThat(ImportRules.subPackages(List.of(info("zoo", "Reading order: blocks."), info("zoo/block", ""))))
                .extracting(Violation::toString).containsExactly("zoo/src/main/java/io/yolofit/zoo/package-info.java:1:"
                        + " the sub-package `block` is not named");
    }

    private static List<Violation> imports(String statement, String code) {
        return ImportRules.imports(List.of(info("zoo", statement),
                JavaSource.of("zoo/src/main/java/io/yolofit/zoo/A.java", code)));
    }

    private static JavaSource info(String folder, String statement) {
        return JavaSource.of("zoo/src/main/java/io/yolofit/" + folder + "/package-info.java",
                "/// Architectures.\n///\n/// " + statement + "\npackage io.yolofit." + folder.replace('/', '.')
                        + ";\n");
    }
}
