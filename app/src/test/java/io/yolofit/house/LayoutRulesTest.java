package io.yolofit.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LayoutRulesTest {
    @Test
    void aPackageIsExplainedAndHasTwentyFilesAtMost() {
        String folder = "graph/src/main/java/io/yolofit/graph/plan";
        assertThat(LayoutRules.packages(packageOf(folder, 20, true))).isEmpty();
        assertThat(LayoutRules.packages(packageOf(folder, 21, true))).extracting(Violation::problem)
                .containsExactly("21 files, but 20 at most");
        assertThat(LayoutRules.packages(packageOf(folder, 1, false))).extracting(Violation::toString)
                .containsExactly(folder + ":1: no package-info.java: the package's job, reading order, imports");
    }

    @Test
    void thePackageOfOperationsIsLargerAndNotUnlimited() {
        String folder = "graph/src/main/java/io/yolofit/graph/op";
        assertThat(LayoutRules.packages(packageOf(folder, 44, true))).isEmpty();
        assertThat(LayoutRules.packages(packageOf(folder, 45, true))).extracting(Violation::problem)
                .containsExactly("45 files, but 44 at most");
    }

    @Test
    void testPackagesNeedNoExplanation() {
        assertThat(LayoutRules.packages(List.of(source("zoo/src/test/java/io/yolofit/zoo/ATest.java", "")))).isEmpty();
    }

    @Test
    void aModuleKeepsToItsPackage() {
        assertThat(LayoutRules.packagesOfModules(List.of(
                source("zoo/src/main/java/io/yolofit/zoo/A.java", ""),
                source("zoo/src/main/java/io/yolofit/zoo/block/A.java", ""),
                source("zoo/src/main/java/io/yolofit/zoological/A.java", ""),
                source("zoo/src/main/java/io/yolofit/graph/A.java", ""),
                source("engine-cpu/src/main/java/io/yolofit/engine/cpu/A.java", ""),
                source("engine-cpu/src/main/java/io/yolofit/engine/A.java", ""))))
                .extracting(Violation::file).containsExactly("zoo/src/main/java/io/yolofit/zoological/A.java",
                        "zoo/src/main/java/io/yolofit/graph/A.java",
                        "engine-cpu/src/main/java/io/yolofit/engine/A.java");
    }

    @Test
    void aSubPackageIsNamedInThePackageAboveIt() {
        for (String named : List.of("`block`", "`io.yolofit.zoo.block`", "`zoo.block`")) {
            assertThat(LayoutRules.subPackages(List.of(info("zoo", "Reading order: " + named + "."),
                    info("zoo/block", "")))).isEmpty();
        }
        assertThat(LayoutRules.subPackages(List.of(info("zoo", "Reading order: blocks."), info("zoo/block", ""))))
                .extracting(Violation::toString).containsExactly("zoo/src/main/java/io/yolofit/zoo/package-info.java:1:"
                        + " the sub-package `block` is not named");
    }

    private static JavaSource info(String folder, String statement) {
        return source("zoo/src/main/java/io/yolofit/" + folder + "/package-info.java", "/// " + statement + "\n");
    }

    @Test
    void binariesAndLargeFilesAreNotCommitted() {
        assertThat(LayoutRules.binaries(Map.of(
                "docs/small.png", 200L * 1024,
                "docs/large.png", 200L * 1024 + 1,
                "weights/yolov8n.pt", 10L,
                "lib/libx.so.12", 10L,
                "graph/src/main/java/A.java", 1024L * 1024 + 1)))
                .extracting(Violation::toString).containsExactly(
                        "docs/large.png:1: 204801 bytes, but 204800 at most",
                        "graph/src/main/java/A.java:1: 1048577 bytes, but 1048576 at most",
                        "lib/libx.so.12:1: a binary; build or download it instead",
                        "weights/yolov8n.pt:1: a binary; build or download it instead");
    }

    private static List<JavaSource> packageOf(String folder, int files, boolean explained) {
        Stream<JavaSource> sources = IntStream.range(0, files).mapToObj(i -> source(folder + "/A" + i + ".java", ""));
        Stream<JavaSource> info = Stream.of(source(folder + "/package-info.java", "")).limit(explained ? 1 : 0);
        return Stream.concat(info, sources).toList();
    }

    private static JavaSource source(String file, String text) {
        return new JavaSource(file, text);
    }
}
