package io.yolofit.base.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class YamlTextTest {
    private static YamlNode.Mapping mapping(String text) {
        return (YamlNode.Mapping) YamlText.nodes(text, "a.yaml").orElseThrow();
    }

    @Test
    void nodesHaveTheirLines() {
        List<YamlNode.Entry> entries = mapping("# comment\nnc: 3\nrows:\n  - [1, x]\n  - y\n").entries();

        assertThat(entries.get(0).key().place()).isEqualTo("a.yaml:2");
        assertThat(((YamlNode.Scalar) entries.get(0).value()).text()).isEqualTo("3");
        var rows = (YamlNode.Sequence) entries.get(1).value();
        assertThat(rows.isPlain()).isTrue();
        assertThat(rows.items()).extracting(YamlNode::place).containsExactly("a.yaml:4", "a.yaml:5");
    }

    @Test
    void mapInBracesHasAnEnd() {
        var row = (YamlNode.Mapping) mapping("row: {a: '\ud83d\ude42', b: 1}\n").entries().getFirst().value();

        assertThat(row.endOfBraces()).hasValue(19);
        assertThat(mapping("a: 1\n").endOfBraces()).isEmpty();
    }

    @Test
    void nodeMayContainItself() {
        YamlNode.Entry entry = mapping("a: &a\n  b: *a\n").entries().getFirst();
        var inner = (YamlNode.Mapping) ((YamlNode.Mapping) entry.value()).entries().getFirst().value();

        assertThat(inner.entries()).hasSize(1);
    }

    @Test
    void valuesFollowTheCoreSchema() {
        assertThat(YamlText.values("{a: 1, b: 0.5, c: true, d: yes, e: [x]}", "a.yaml")).isEqualTo(
                Map.of("a", 1, "b", 0.5, "c", true, "d", "yes", "e", List.of("x")));
        assertThat(YamlText.nodes("# nothing\n", "a.yaml")).isEmpty();
    }

    @Test
    void errorHasLineAndColumn() {
        var failure = catchThrowableOfType(YamlException.class, () -> YamlText.nodes("a: 1\nb: c: 2\n", "a.yaml"));

        assertThat(failure).hasMessage("a.yaml:2: mapping values are not allowed here");
        assertThat(failure.where()).isEqualTo("a.yaml:2");
        assertThat(failure.what()).isEqualTo("mapping values are not allowed here");
        assertThat(failure.position()).isEqualTo(":2:5");
        assertThat(failure.details()).contains("b: c: 2");
    }

    @Test
    void errorOfACharacterHasNoLine() {
        var failure = catchThrowableOfType(YamlException.class, () -> YamlText.values("a: \u0001", "a.yaml"));

        assertThat(failure.where()).isEqualTo("a.yaml");
        assertThat(failure.position()).isEmpty();
        assertThat(failure.what()).isEqualTo(failure.details()).contains("special characters are not allowed");
    }

    @Test
    void keyGivenTwiceIsAnErrorOfValuesOnly() {
        assertThat(mapping("a: 1\na: 2\n").entries()).hasSize(2);
        assertThatThrownBy(() -> YamlText.values("a: 1\na: 2\n", "a.yaml")).isInstanceOf(YamlException.class)
                .hasMessageContaining("duplicate key a");
    }
}
