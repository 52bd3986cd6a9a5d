package io.yolofit.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SizeRulesTest {

    @Test
    void aFileOfFiveHundredLinesPassesAndOneMoreDoesNot() {
        assertThat(SizeRules.files(List.of(source("A", 500)))).isEmpty();
        assertThat(SizeRules.files(List.of(source("A", 500), source("B", 501)))).extracting(Violation::toString)
                .containsExactly("B.java:501: 501 lines, but 500 at most");
    }

    @Test
    void aCudaFileHasThreeHundredLinesAtMost() {
        TextFile kernel = new TextFile("engine/a.cu", "\n".repeat(301));
        TextFile notes = new TextFile("engine/a.md", "\n".repeat(301));
        assertThat(SizeRules.cudaFiles(List.of(kernel, notes))).extracting(Violation::toString)
                .containsExactly("engine/a.cu:301: 301 lines, but 300 at most");
    }

    @Test
    void theMedianIgnoresPackageInfos() {
        JavaSource info = new JavaSource("a/package-info.java", "");
        assertThat(SizeRules.medianFile(List.of(source("A", 10), source("B", 150), source("C", 400)))).isEmpty();
        assertThat(SizeRules.medianFile(List.of(info, info, info, source("A", 10), source("B", 151), source("C", 400))))
                .extracting(Violation::toString)
                .containsExactly("B.java:151: the median file has 151 lines, but 150 at most");
    }

    @Test
    void aMethodOfSixtyLinesPassesAndOneMoreDoesNot() {
        String fits = "class A {\n    void f() {\n" + "        go();\n".repeat(58) + "    }\n}\n";
        String tooLong = "class A {\n    void f() {\n" + "        go();\n".repeat(59) + "    }\n}\n";
        assertThat(SizeRules.methods(List.of(new JavaSource("A.java", fits)))).isEmpty();
        assertThat(SizeRules.methods(List.of(new JavaSource("A.java", tooLong)))).extracting(Violation::toString)
                .containsExactly("A.java:2: 'f' has 61 lines, but 60 at most");
    }

    @Test
    void aLineHas120CharactersAtMostInSourcesOnly() {
        String text = "x".repeat(120) + "\n" + "y".repeat(121) + "\n";
        assertThat(SizeRules.lines(List.of(new TextFile("A.java", text), new TextFile("README.md", text))))
                .extracting(Violation::toString).containsExactly("A.java:2: 121 characters, but 120 at most");
    }

    private static JavaSource source(String name, int lines) {
        return new JavaSource(name + ".java", "// line\n".repeat(lines));
    }
}
