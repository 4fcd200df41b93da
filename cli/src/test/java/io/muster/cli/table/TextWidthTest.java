package io.muster.cli.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextWidthTest {
    @ParameterizedTest
    @CsvSource({"'',0", "abc,3", "Grüße,5", "é,1", "日本,4", "a日b,4", "👍,2", "한글,4"})
    void counts_columns(String text, int columns) {
        assertThat(TextWidth.of(text)).isEqualTo(columns);
    }

    @Test
    void makes_one_harmless_line() {
        assertThat(TextWidth.printable("  one\n two\r\n\nthree \n")).isEqualTo("one, two, three");
        assertThat(TextWidth.printable("\033[2Jgone\007\u009b1m")).isEqualTo("[2Jgone  1m");
        assertThat(TextWidth.printable("a\tb\u0000c")).isEqualTo("a b c");
        assertThat(TextWidth.printable("user\u202Egnp.exe\u200B")).isEqualTo("usergnp.exe");
        assertThat(TextWidth.printable("half \uD83D character")).isEqualTo("half   character");
        assertThat(TextWidth.printable("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "abcdef,6,abcdef",
        "abcdefg,6,abc...",
        "ab defg,6,ab...",
        "日本語日本,9,日本語...",
        "日本語日本,8,日本...",
        "abcdef,3,abc",
        "abcdef,2,ab",
        "abcdef,0,''"
    })
    void shortens_to_fit(String text, int columns, String expected) {
        assertThat(TextWidth.shorten(text, columns)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'',5,''",
        "abc de,5,abc|de",
        "abcde fg,5,abcde|fg",
        "abcdefgh,5,abcde|fgh",
        "ab cdefghi,5,ab|cdefg|hi",
        "a b c d,3,a b|c d",
        "ab   cd,3,ab|cd",
        "日本語,5,日本|語",
        "日本語,1,日|本|語"
    })
    void wraps_between_words_where_it_can(String text, int columns, String expected) {
        assertThat(String.join("|", TextWidth.wrap(text, columns))).isEqualTo(expected);
    }
}
