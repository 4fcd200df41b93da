package io.muster.agent.runtime.container;

import io.muster.api.runtime.RuntimeFailure;
import java.util.List;
import java.util.Locale;

/** What to do about an image that could not be pulled, by what the program says. */
final class PullAdvice {
    /** What programs and registries say, the telling before the general. */
    private static final List<Advice> ALL =
            List.of(
                    new Advice(
                            List.of("http response to https client", "x509", "certificate"),
                            "the node does not trust this registry: make its certificate known"
                                + " there, or name it as insecure in the node's registries.conf"),
                    new Advice(
                            List.of(
                                    "unauthorized",
                                    "authentication required",
                                    "requested access to the resource is denied",
                                    "invalid username",
                                    "no basic auth credentials",
                                    "403 (forbidden)"),
                            "look at the name, and give the node credentials for this registry:"
                                    + " \"podman login\" as the agent's user, or muster-agent"
                                    + " --registry-auth-file"),
                    new Advice(
                            List.of("manifest unknown", "name unknown", "not found", "404"),
                            "look whether the registry has an image of this name and tag"),
                    new Advice(
                            List.of("short-name", "invalid reference format"),
                            "write the whole name, such as docker.io/library/nginx:1.29"),
                    new Advice(
                            List.of("no space left"),
                            "make room on the node, as with \"podman image prune\""),
                    new Advice(
                            List.of(
                                    "no such host",
                                    "connection refused",
                                    "connection reset",
                                    "timeout",
                                    "timed out",
                                    "no route to host",
                                    "network is unreachable",
                                    "server misbehaving",
                                    "no end within"),
                            "look at the registry's name, and whether the node reaches it"));

    private PullAdvice() {}

    private record Advice(List<String> signs, String remedy) {}

    /** Returns what failed and why, with the remedy if one is known. */
    static String with(RuntimeFailure failure) {
        var text = String.valueOf(failure.getMessage());
        var lower = text.toLowerCase(Locale.ROOT);
        return ALL.stream()
                .filter(advice -> advice.signs().stream().anyMatch(lower::contains))
                .findFirst()
                .map(advice -> "%s; %s".formatted(text, advice.remedy()))
                .orElse(text);
    }
}
