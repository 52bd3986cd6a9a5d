package io.yolofit.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FamilyRulesTest {
    private static final String KERNELS = "src/main/resources/io/yolofit/engine/cuda/kernels/";

    @Test
    void oneNameGoesFromTheOpToItsKernels() throws IOException, InterruptedException {
        List<TextFile> files = Repository.aroundHere().textFiles();
        assertThat(FamilyRules.families(text(files, "/engine/cuda/kernel/Kernels.java"),
                text(files, "/engine/cpu/Kernels.java"), text(files, "/graph/reference/Interpreter.java"))).isEmpty();
    }

    @Test
    void aKernelSourceBelongsToOneFamily() throws IOException, InterruptedException {
        List<TextFile> files = Repository.aroundHere().textFiles();
        Set<String> sources = files.stream().map(TextFile::name)
                .filter(name -> name.contains(KERNELS) && name.endsWith(".cu"))
                .map(name -> name.replaceAll(".*/|\\.cu$", "")).collect(Collectors.toSet());
        assertThat(sources).contains("matmul", "softmax");
        Map<String, String> classes = files.stream()
                .filter(file -> file.name().matches(".*/src/main/java/io/yolofit/engine/cuda/.*\\.java"))
                .collect(Collectors.toMap(TextFile::name, TextFile::text));
        assertThat(FamilyRules.sources(sources, classes)).isEmpty();
        assertThat(FamilyRules.folders(text(files, "/engine/cuda/kernel/Kernels.java"), classes)).isEmpty();
    }

    @Test
    void anotherNameIsAnOffense() {
        String cuda = "case Add op -> CopyKernels.add(op);\ncase Slice.Forward op -> CopyKernels.slice(op);\n";
        assertThat(FamilyRules.families(cuda, cuda, "case Add op -> List.of(ReferenceCopy.add(in));\n"
                + "case Slice.Gradient grad -> ReferenceCopy.slice(in);\ncase Cast _, Detach _ -> List.of(in);"))
                .isEmpty();
        assertThat(FamilyRules.families(cuda, cuda.replace("CopyKernels.add", "ShapeKernels.add"),
                "case Add op ->\n    new ReferenceLayout(in);\n")).containsExactly(
                "Add: [Shape] on the CPU, [Copy] in CUDA", "Add: [Layout] in the interpreter, [Copy] in CUDA");
    }

    @Test
    void aSourceInTheFolderOfAnotherFamilyIsAnOffense() {
        String cuda = "case Add op -> CopyKernels.add(op);\ncase Silu op -> PointwiseKernels.silu(op);\n";
        assertThat(FamilyRules.folders(cuda, Map.of("a/CopyKernels.java", "\"copy/add.cu\" \"pointwise/silu.cu\"",
                "b/Helper.java", "\"copy/cast.cu\" \"other/x.cu\""))).containsExactly(
                "a/CopyKernels.java launches a kernel of the folder pointwise",
                "b/Helper.java launches a kernel of the folder other");
    }

    @Test
    void aSourceOfNobodyOrOfSeveralIsAnOffense() {
        assertThat(FamilyRules.sources(Set.of("add", "cast", "copy"), Map.of("A", "\"add.cu\" \"cast.cu\"", "B",
                "\"cast.cu\""))).containsExactly("cast.cu is launched by [A, B]", "copy.cu is launched by []");
    }

    private static String text(List<TextFile> files, String end) {
        return files.stream().filter(file -> file.name().endsWith(end)).findFirst().orElseThrow().text();
    }
}
