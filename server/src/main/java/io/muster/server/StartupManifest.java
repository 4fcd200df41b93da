package io.muster.server;

import io.muster.api.manifest.ManifestReader;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.State;
import io.muster.api.validation.StateChecks;
import io.muster.server.core.ServerLogic;
import io.muster.server.core.ServerSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A manifest that a server starts with. It is applied once, and again only when its text has
 * changed; then what it names is set, and what its former version named and it does not is deleted.
 *
 * @param digest of the text
 * @param warnings what has no effect
 */
public record StartupManifest(String digest, State state, List<Problem> warnings) {
    /** Copies the list. */
    public StartupManifest {
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads a manifest and checks all that can be checked without knowing what is stored.
     *
     * @param file its name, for messages
     */
    public static Outcome<StartupManifest> read(String file, String text, ServerSettings settings) {
        var manifest = ManifestReader.part(file, text, Optional.empty());
        if (!manifest.problems().isEmpty()) {
            var problems = new ArrayList<>(manifest.refusal());
            var found = StateChecks.check(manifest.state(), manifest.unread());
            for (var problem : found.problems()) {
                problems.add(manifest.places().located(problem));
            }
            for (var problem : found.missing()) {
                problems.add(manifest.places().located(problem));
            }
            return Outcome.refused(problems);
        }
        return switch (ServerLogic.check(manifest.state(), settings)) {
            case Outcome.Accepted<State>(var state) ->
                    Outcome.accepted(new StartupManifest(digest(text), state, manifest.warnings()));
            case Outcome.Refused<State>(var problems) ->
                    Outcome.refused(problems.stream().map(manifest.places()::located).toList());
        };
    }

    private static String digest(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
