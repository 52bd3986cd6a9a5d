package io.yolofit.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The house rules, each on all files of the repository. A failure lists every place that breaks the rule.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HouseRulesTest {
    private List<String> modules;
    private List<JavaSource> sources;
    private List<TextFile> texts;
    private Map<String, Long> bytesOfFile;

    @BeforeAll
    void readRepository() throws IOException, InterruptedException {
        Repository repository = Repository.aroundHere();
        modules = repository.modules();
        sources = repository.javaSources();
        texts = repository.textFiles();
        bytesOfFile = repository.bytesOfFile();
    }

    @Test
    void theRepositoryIsSeenWhole() {
        assertThat(modules).containsExactly("testkit", "base", "graph", "zoo", "engine", "engine-cpu", "engine-cuda",
                "engine-testing", "data", "train", "api", "app", "bench", "bom");
        List<String> expected = List.of("README.md", "pom.xml", "mvnw", "yolofit", ".ci/run", "graph/pom.xml",
                "app/src/test/java/io/yolofit/house/HouseRulesTest.java");
        List<String> found = texts.stream().map(TextFile::name).filter(expected::contains).toList();
        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(sources).extracting(JavaSource::module).contains("graph", "app");
    }

    @Test
    void filesAreShort() {
        kept(SizeRules.files(sources));
    }

    @Test
    void kernelFilesAreShort() {
        kept(SizeRules.cudaFiles(texts));
    }

    @Test
    void theMedianFileIsShort() {
        kept(SizeRules.medianFile(sources));
    }

    @Test
    void methodsAreShort() {
        kept(SizeRules.methods(sources));
    }

    @Test
    void linesAreShort() {
        kept(SizeRules.lines(texts));
    }

    @Test
    void thereAreNoTabs() {
        kept(TextRules.tabs(texts));
    }

    @Test
    void nothingIsLeftUnfinished() {
        kept(TextRules.unfinishedWork(texts));
    }

    @Test
    void everyFigureInTheDocumentsIsFilledIn() {
        kept(TextRules.unfilledFigures(texts));
    }

    @Test
    void noPathOfOneMachineIsWrittenDown() {
        kept(TextRules.machinePaths(texts));
    }

    @Test
    void noRegistryIsWrittenDown() {
        kept(TextRules.registryHosts(texts));
    }

    @Test
    void textsUseTheTermsOfTheField() {
        kept(LanguageRules.words(texts));
    }

    @Test
    void failuresSayWhereAndWhatToDo() {
        kept(RemedyRules.remedies(sources));
    }

    @Test
    void importsNameTypes() {
        kept(CodeRules.wildcardImports(sources));
    }

    @Test
    void testsForGpuHostsNeedNoLibtorch() {
        kept(CodeRules.libtorchInTests(sources));
    }

    @Test
    void everyDisabledTestNamesTheMissingDevice() {
        kept(CodeRules.disabledTests(sources));
    }

    @Test
    void packagesAreSmallAndExplained() {
        kept(LayoutRules.packages(sources));
    }

    @Test
    void modulesKeepToTheirPackages() {
        kept(LayoutRules.packagesOfModules(sources));
    }

    @Test
    void packageInfosNameTheirSubPackages() {
        kept(LayoutRules.subPackages(sources));
    }

    @Test
    void noBinaryIsCommitted() {
        kept(LayoutRules.binaries(bytesOfFile));
    }

    private static void kept(List<Violation> offenses) {
        if (!offenses.isEmpty()) {
            fail(offenses.size() + " places break this rule:\n"
                    + offenses.stream().map(Violation::toString).collect(Collectors.joining("\n")));
        }
    }
}
