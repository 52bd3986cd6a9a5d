package io.yolofit.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LanguageRulesTest {
    private static final String WORD = "to" + "ld";
    private static final String PLACE = "beh" + "ind";

    private static List<Violation> words(String text) {
        return LanguageRules.words(List.of(new TextFile("A.java", text)));
    }

    @Test
    void findsWordsOfSentencesInEveryCase() {
        assertThat(words("/// Losses are " + WORD + " late.\n// De" + "ar values\nString s = \"" + PLACE + " it\";"))
                .extracting(Violation::line).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(words("a " + WORD + "\n")).extracting(Violation::toString).containsExactly(
                "A.java:1: '" + WORD + "' is not the field's word; it says: reported, read, passed");
    }

    @Test
    void findsWordsOverTheEndOfALine() {
        assertThat(words("/// values that are made\n/// ag" + "ain in the backward pass")).hasSize(1);
        assertThat(words("# as so\n# ma" + "ny others")).hasSize(1);
        assertThat(words("values are made\n\nag" + "ainst")).isEmpty();
    }

    @Test
    void findsPartsOfNames() {
        assertThat(words("void lossesAreTo" + "ldLate() { " + WORD + "Once(); }")).hasSize(2);
        assertThat(words("class Dea" + "rest { int trimmed, criminal, unto" + "ld, behinder; }")).isEmpty();
    }

    @Test
    void standardPhrasesAreAllowed() {
        assertThat(words("read one step " + PLACE + "; " + PLACE + " a proxy")).isEmpty();
        assertThat(words("one step " + PLACE + " and " + PLACE + " it")).hasSize(1);
    }

    private static List<String> problems(String code) {
        return RemedyRules.remedies(List.of(new JavaSource("data/src/main/java/io/yolofit/data/A.java", code))).stream()
                .map(Violation::toString).map(text -> text.replaceFirst(".*?:", "")).toList();
    }

    @Test
    void remediesAreImperativeSentences() {
        assertThat(problems("x();\nFailure.at(file, \"is (empty, or\" + f(a, b), \"try another\")")).containsExactly(
                "2: the remedy 'try another' does not begin with a verb that says what to do");
        assertThat(problems("new WeightsException(\"is \\\"bad\\\"\", name, HELP)\n String HELP = \"known are a, b\";"))
                .containsExactly("1: the remedy 'known are a, b' does not begin with a verb that says what to do");
        assertThat(problems("failure.withRemedy(\"it has \" + names)")).hasSize(1);
        assertThat(problems("Failure.at(file, \"is empty\", \"give another\"); Failure.at(file, what, advice)"))
                .isEmpty();
        assertThat(problems("Failure.naming(file, \"is empty\", \"\").withRemedy(\"fill it\")")).hasSize(1);
    }

    @Test
    void placesNameOptionsWithTheirValues() {
        assertThat(problems("Failure.at(\"classes\", \"no such class\", \"\")")).containsExactly(
                "1: the place 'classes' is an option without its value");
        assertThat(problems("new YoloFitException(\"is wrong\", \"ranks=\", \"give another\")")).hasSize(1);
        assertThat(problems("Failure.at(\"classes=\" + classes, \"no such class\", \"\")")).isEmpty();
        assertThat(problems("Failure.naming(\"data=\", \"is missing\", \"give it\")")).isEmpty();
    }
}
