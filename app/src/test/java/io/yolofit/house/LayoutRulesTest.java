package io.yolofit.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LayoutRulesTest {
    private static final List<String> MODULES = List.of("graph", "zoo", "engine", "engine-cpu");

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
    void aModuleUsesOnlyThoseBeforeIt() {
        String text = """
                import io.yolofit.graph.Graph;
                import static io.yolofit.engine.Engine.open;
                // io.yolofit.engine.Engine
                class A { io.yolofit.zoo.B b; String s = "io.yolofit.engine.C"; }
                """;
        assertThat(LayoutRules.dependencies(List.of(source("zoo/src/main/java/io/yolofit/zoo/A.java", text)), MODULES))
                .extracting(Violation::toString).containsExactly("zoo/src/main/java/io/yolofit/zoo/A.java:2:"
                        + " module 'zoo' uses 'engine', but may know only [graph]");
        assertThat(LayoutRules.dependencies(List.of(source("graph/src/test/java/io/yolofit/graph/A.java", text)),
                MODULES)).extracting(Violation::line).containsExactly(2, 4);
        assertThat(LayoutRules.dependencies(List.of(source("engine/src/main/java/io/yolofit/engine/A.java", text)),
                MODULES)).isEmpty();
    }

    @Test
    void aModuleUsesNoEngineAfterIt() {
        String text = "import io.yolofit.engine.Engine;\nimport io.yolofit.engine.cpu.detect.Head;\n";
        assertThat(LayoutRules.dependencies(List.of(source("engine/src/main/java/io/yolofit/engine/A.java", text)),
                MODULES)).extracting(Violation::toString).containsExactly("engine/src/main/java/io/yolofit/engine/"
                        + "A.java:2: module 'engine' uses 'engine-cpu', but may know only [graph, zoo]");
        assertThat(LayoutRules.dependencies(List.of(source("engine-cpu/src/main/java/io/yolofit/engine/cpu/A.java",
                text)), MODULES)).isEmpty();
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
        return JavaSource.of(file, text);
    }
}
