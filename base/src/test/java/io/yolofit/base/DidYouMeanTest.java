package io.yolofit.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DidYouMeanTest {
    private static final List<String> BLOCKS = List.of("C2", "C2f", "C3", "Concat", "Conv", "Detect", "SPPF",
            "Upsample");

    @ParameterizedTest
    @CsvSource({"Covn,Conv", "c2F,C2f", "C4,C2|C3", "Concatenate,Concat", "detekt,Detect", "Up-sample,Upsample",
        "Transformer,''", "'',''"})
    void suggestsCandidatesWithFewestErrors(String typed, String expected) {
        List<String> names = expected.isEmpty() ? List.of() : Arrays.asList(expected.split("\\|"));
        assertThat(DidYouMean.to(typed, BLOCKS)).isEqualTo(names);
    }

    @Test
    void suggestsNothingWithoutCandidates() {
        assertThat(DidYouMean.to("Conv", List.of())).isEmpty();
        assertThat(DidYouMean.question("Conv", List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'','',0", "abc,abc,0", "abc,'',3", "abc,abd,1", "abc,acb,1", "abc,bc,1", "abc,xabc,1", "ca,abc,3",
        "kitten,sitting,3"})
    void distanceCountsInsertionsDeletionsSubstitutionsAndSwaps(String a, String b, int errors) {
        assertThat(DidYouMean.distance(a, b)).isEqualTo(errors);
        assertThat(DidYouMean.distance(b, a)).isEqualTo(errors);
    }

    @Test
    void asksOnlyIfThereIsACandidate() {
        assertThat(DidYouMean.question("C4", BLOCKS)).isEqualTo("; did you mean C2 or C3?");
        assertThat(DidYouMean.question("Transformer", BLOCKS)).isEmpty();
    }
}
