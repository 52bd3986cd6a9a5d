package io.yolofit.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CodeRulesTest {

    @Test
    void findsWildcardImports() {
        assertThat(CodeRules.wildcardImports(main("graph", """
                import java.util.List;
                import java.util.*;
                import static java.lang.Math.*;
                // import java.io.*;
                """))).extracting(Violation::line).containsExactly(2, 3);
    }

    @Test
    void aDisabledTestNamesTheMissingDevice() {
        assertThat(CodeRules.disabledTests(main("engine", """
                @Disabled class A { }
                @Disabled("slow") class B { }
                @Disabled("needs a CUDA device (sm_70)") class C { }
                @DisabledIf(value = "f", disabledReason = "no GPU here") class D { }
                @EnabledIf("f") class E { }
                @EnabledIfSystemProperty(named = "x", matches = "y)", disabledReason = "no (yet)") class F { }
                // @Disabled
                @DisabledFeature class G { String s = "@Disabled"; }
                """))).extracting(Violation::line).containsExactly(1, 2, 5);
    }

    @Test
    void onlyTestsOfTheCpuEngineUseLibtorch() {
        String text = "import io.yolofit.engine.cpu.CpuEngine;\nclass A { org.bytedeco.pytorch.Tensor t; }\n";
        assertThat(CodeRules.libtorchInTests(List.of(
                new JavaSource("train/src/test/java/io/yolofit/train/ATest.java", text),
                new JavaSource("engine-cuda/src/test/java/io/yolofit/engine/cuda/ATest.java", text))))
                .extracting(Violation::line).containsExactly(1, 2, 1, 2);
        for (String file : List.of("train/src/test/java/io/yolofit/train/CpuATest.java",
                "engine-cpu/src/test/java/io/yolofit/engine/cpu/detect/ATest.java",
                "engine-testing/src/test/java/io/yolofit/engine/testing/Engines.java",
                "engine/src/main/java/io/yolofit/engine/A.java", "data/src/test/java/io/yolofit/data/ATest.java")) {
            assertThat(CodeRules.libtorchInTests(List.of(new JavaSource(file, text)))).as(file).isEmpty();
        }
    }

    private static List<JavaSource> main(String module, String text) {
        return List.of(new JavaSource(module + "/src/main/java/io/yolofit/" + module + "/A.java", text));
    }
}
