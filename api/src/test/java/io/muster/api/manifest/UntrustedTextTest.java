package io.muster.api.manifest;

import io.muster.api.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the text is, reading gives a manifest or problems that say where and what to do. */
final class UntrustedTextTest {
    @Test
    void survives_any_damage() {
        Seeds.check(4000, UntrustedTexts::damaged);
    }

    @Test
    void survives_noise() {
        Seeds.check(4000, UntrustedTexts::noise);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 50_000, ManifestReader.MAX_CHARACTERS - 200})
    void costs_no_more_than_it_is_worth(int size) throws Exception {
        for (var entry : HostileTexts.all().entrySet()) {
            UntrustedTexts.hostile(entry.getKey(), entry.getValue().apply(size));
        }
    }
}
