package io.yolofit.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailureTest {
    @Test
    void aMessageStartsWithThePlaceAndEndsWithTheRemedy() {
        assertThat(Failure.at("a.yaml:3", "no rows", "give them")).isEqualTo(
                new Failure("a.yaml:3: no rows; give them", "no rows", "a.yaml:3", "give them"));
        assertThat(Failure.at("", "no rows", "").message()).isEqualTo("no rows");
    }

    @Test
    void aTextThatNamesThePlaceIsNotPrefixed() {
        assertThat(Failure.naming("a.yaml", "cannot read a.yaml: permission denied", "give another file")).isEqualTo(
                new Failure("cannot read a.yaml: permission denied; give another file",
                        "cannot read a.yaml: permission denied", "a.yaml", "give another file"));
    }

    @Test
    void aRemedyAtTheEndOfTheTextIsNotRepeated() {
        assertThat(Failure.naming("out", "out exists: move it", "move it")).isEqualTo(
                new Failure("out exists: move it", "out exists", "out", "move it"));
        assertThat(Failure.naming("", "no GPU; or use device=cpu", "use device=cpu").what()).isEqualTo("no GPU");
        assertThat(Failure.naming("", "It diverged. Try less", "Try less").what()).isEqualTo("It diverged");
    }

    @Test
    void anImpliedRemedyIsNotPartOfTheMessage() {
        assertThat(Failure.at("freeze", "the layers are 0 to 9", "").withRemedy("give 0 to 9")).isEqualTo(
                new Failure("freeze: the layers are 0 to 9", "the layers are 0 to 9", "freeze", "give 0 to 9"));
    }
}
