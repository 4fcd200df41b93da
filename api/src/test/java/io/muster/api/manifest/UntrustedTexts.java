package io.muster.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.Cost;
import io.muster.api.RandomStates;
import io.muster.api.outcome.Outcome;
import io.muster.api.tree.StateTree;
import io.muster.api.validation.StateChecks;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Reads texts from anywhere, which gives a manifest or problems that say where and what to do, and
 * costs no more than the text is worth.
 */
public final class UntrustedTexts {
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

    // A hundred and a word about the others: of the YAML, of the manifest, and warnings.
    private static final int MOST_PROBLEMS = 303;

    // More than what reading takes before it has read anything.
    private static final long LEAST_BYTES = 32 << 20;

    // How much is allocated for a character, at most; measured: 350.
    private static final long BYTES_PER_CHARACTER = 5_000;

    // What aliases and templates stand for is bounded, though not by the size of the text.
    private static final long BYTES_OF_EXPANSION = 512L << 20;

    private static final Set<String> EXPANDING =
            Set.of(
                    "aliases of aliases",
                    "aliases that stand for just not too much",
                    "loops in loops of a template");

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private UntrustedTexts() {}

    /** One damaged manifest. */
    public static void damaged(RandomGenerator random) {
        var valid = YamlWriter.write(StateTree.of(new RandomStates(random).state()));
        var damaged = new StringBuilder(valid);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            damage(damaged, random);
        }
        read(damaged.toString());
    }

    /** One text of pieces that mean something in YAML. */
    public static void noise(RandomGenerator random) {
        var noise = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            noise.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        read(noise.toString());
    }

    /** One hostile text of any size, damaged perhaps. */
    public static void hostile(RandomGenerator random) throws Exception {
        var all = List.copyOf(HostileTexts.all().entrySet());
        var chosen = all.get(random.nextInt(all.size()));
        var text = new StringBuilder(chosen.getValue().apply(1 << random.nextInt(20)));
        if (random.nextBoolean()) {
            text.insert(
                    random.nextInt(text.length() + 1), PIECES.get(random.nextInt(PIECES.size())));
            hostile("damaged " + chosen.getKey(), text.toString());
        } else {
            hostile(chosen.getKey(), text.toString());
        }
    }

    static void hostile(String what, String text) throws Exception {
        long bytes =
                EXPANDING.stream().anyMatch(what::endsWith)
                        ? BYTES_OF_EXPANSION
                        : LEAST_BYTES + BYTES_PER_CHARACTER * text.length();
        var cost = Cost.of(() -> read(text));
        if (Boolean.getBoolean("costs")) {
            System.out.println(
                    "%-50s %8d characters %6d ms %10d KiB %6d bytes/character"
                            .formatted(
                                    what,
                                    text.length(),
                                    cost.processor().toMillis(),
                                    cost.bytes() >> 10,
                                    cost.bytes() / Math.max(1, text.length())));
        }
        cost.isAtMost("%s, %d characters".formatted(what, text.length()), PATIENCE, bytes);
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
                    assertThat(StateChecks.check(manifest.state()).problems())
                            .allSatisfy(problem ->
                                    assertThat(manifest.places().located(problem).where())
                                            .startsWith("f:"));
            case Outcome.Refused<Manifest>(var problems) ->
                    assertThat(problems)
                            .hasSizeLessThanOrEqualTo(MOST_PROBLEMS)
                            .allSatisfy(problem -> {
                                assertThat(problem.where())
                                        .matches(where -> where.isEmpty() || where.startsWith("f"));
                                assertThat(problem.what()).isNotBlank();
                                assertThat(problem.remedy()).isNotBlank();
                                assertThat(problem.toString()).hasSizeLessThan(10_000);
                            });
        }
    }
}
