package io.muster.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.RandomStates;
import io.muster.api.Seeds;
import io.muster.api.outcome.Outcome;
import io.muster.api.tree.StateTree;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Whatever the text is, reading gives a manifest or problems that say where and what to do. */
final class UntrustedTextTest {
    private static final List<String> PIECES =
            List.of(
                    ":",
                    "- ",
                    "\n",
                    "  ",
                    "\t",
                    "{",
                    "}",
                    "[",
                    "]",
                    ",",
                    "&a ",
                    "*a",
                    "!x ",
                    "!!int ",
                    "!<",
                    "|",
                    ">",
                    "|2-\n",
                    "'",
                    "\"",
                    "\\",
                    "\\x",
                    "\\U00110000",
                    "\\ud800",
                    "#",
                    "?",
                    "%YAML 1.1\n",
                    "%YAML 9999999999.1\n---\n",
                    "%TAG ! x\n",
                    "---\n",
                    "...\n",
                    "<<: *a",
                    "\u0000",
                    "\ud83d",
                    "\ufeff",
                    "\u2028",
                    "~",
                    "null",
                    "0x",
                    "@",
                    "`",
                    "\r",
                    "\u0085",
                    "{{",
                    "*",
                    "&",
                    "!",
                    "!!");

    @Test
    void survives_any_damage() {
        Seeds.check(
                4000,
                random -> {
                    var valid = YamlWriter.write(StateTree.of(new RandomStates(random).state()));
                    var damaged = new StringBuilder(valid);
                    for (int i = 1 + random.nextInt(3); i > 0; i--) {
                        damage(damaged, random);
                    }
                    read(damaged.toString());
                });
    }

    @Test
    void survives_noise() {
        Seeds.check(
                4000,
                random -> {
                    var noise = new StringBuilder();
                    for (int i = random.nextInt(20); i > 0; i--) {
                        noise.append(PIECES.get(random.nextInt(PIECES.size())));
                    }
                    read(noise.toString());
                });
    }

    private static void damage(StringBuilder text, RandomGenerator random) {
        int at = random.nextInt(text.length() + 1);
        switch (random.nextInt(3)) {
            case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
            case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(10)));
            default -> text.insert(at, text.substring(random.nextInt(text.length() + 1)));
        }
    }

    private static void read(String text) {
        switch (ManifestReader.read("f", text)) {
            case Outcome.Accepted<Manifest>(var manifest) ->
                    assertThat(manifest.state()).isNotNull();
            case Outcome.Refused<Manifest>(var problems) ->
                    assertThat(problems)
                            .allSatisfy(problem -> {
                                assertThat(problem.where()).startsWith("f:");
                                assertThat(problem.what()).isNotBlank();
                                assertThat(problem.remedy()).isNotBlank();
                            });
        }
    }
}
