package io.yolofit.app.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.yolofit.app.console.TextTable.Column;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void columnsFitTheirLongestCellAndNumbersAreRightAligned() {
        var table = new TextTable(Column.left("name"), Column.right("bytes"), Column.left("note"))
                .row("a", "1", "").row("longer", "12,345,678", "x").rule().row("total", "2", "");
        assertThat(String.join("\n", table.lines())).isEqualTo("""
                name         bytes  note
                ------------------------
                a                1
                longer  12,345,678  x
                ------------------------
                total            2""");
    }

    @Test
    void aTableWithoutHeadingsHasNoHeader() {
        assertThat(new TextTable(Column.left(""), Column.left("")).row("a", "b").lines()).containsExactly("a  b");
    }

    @Test
    void aRowWithTheWrongNumberOfCellsIsRefused() {
        assertThatThrownBy(() -> new TextTable(Column.left("a")).row("x", "y"))
                .hasMessage("a row of 2 cells in a table of 1 columns");
    }
}
