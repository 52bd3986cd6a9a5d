package io.yolofit.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextRulesTest {

    @Test
    void findsTabs() {
        assertThat(TextRules.tabs(of("a\n    b"))).isEmpty();
        assertThat(TextRules.tabs(of("a\n\tb"))).extracting(Violation::line).containsExactly(2);
    }

    @Test
    void findsUnfinishedWork() {
        assertThat(TextRules.unfinishedWork(of("a method to do it"))).isEmpty();
        assertThat(TextRules.unfinishedWork(of("x\n// TO" + "DO later\n// FIX" + "ME")))
                .extracting(Violation::line).containsExactly(2, 3);
    }

    @Test
    void findsUnfilledFiguresInDocumentsOnly() {
        TextFile document = new TextFile("README.md", "takes {{" + "seconds}} s");
        TextFile workflow = new TextFile("ci.yml", document.text());
        assertThat(TextRules.unfilledFigures(List.of(document, workflow))).extracting(Violation::toString)
                .containsExactly("README.md:1: the figure '{{" + "seconds}}' is not filled in");
    }

    @Test
    void findsPathsOfOneMachineAndNotFoldersOfThatName() {
        assertThat(TextRules.machinePaths(of("net/work/a ~/work/b $root/work/c ../root/d x.org/root/"))).isEmpty();
        assertThat(TextRules.machinePaths(of("cd /wo" + "rk/x\nls '/ro" + "ot/.m2'\n/ho" + "me/ann/x")))
                .extracting(Violation::line).containsExactly(1, 2, 3);
    }

    @Test
    void findsRegistryHosts() {
        assertThat(TextRules.registryHosts(of("org.apache.maven, http://maven.apache.org/POM/4.0.0"))).isEmpty();
        assertThat(TextRules.registryHosts(of("https://re" + "po.maven.apache.org/maven2"))).hasSize(1);
    }

    private static List<TextFile> of(String text) {
        return List.of(new TextFile("A.txt", text));
    }
}
