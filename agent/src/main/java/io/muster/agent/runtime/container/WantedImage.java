package io.muster.agent.runtime.container;

import io.muster.api.request.ImageOrder;
import io.muster.api.state.ImagePullPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * An image, and how to get it.
 *
 * @param generalOptions before the sub-command
 * @param pullOptions those of a start that concern pulling, too
 */
record WantedImage(List<String> generalOptions, String name, Mode mode, List<String> pullOptions) {
    /** Options of {@code run} and {@code kube play} that {@code pull} has, and their values. */
    private static final Set<String> WITH_VALUE =
            Set.of(
                    "--arch",
                    "--os",
                    "--variant",
                    "--platform",
                    "--authfile",
                    "--creds",
                    "--cert-dir",
                    "--decryption-key",
                    "--retry",
                    "--retry-delay",
                    "--verify",
                    "--cosign-key",
                    "--cosign-certificate-identity",
                    "--cosign-certificate-identity-regexp",
                    "--cosign-certificate-oidc-issuer",
                    "--cosign-certificate-oidc-issuer-regexp");

    /** The same of those that have a value only behind an equals sign. */
    private static final Set<String> SWITCHES = Set.of("--tls-verify");

    private static final List<String> FOR_SOME_MACHINE =
            List.of("--arch", "--os", "--variant", "--platform");

    private static final String PULL = "--pull";

    WantedImage {
        generalOptions = List.copyOf(generalOptions);
        pullOptions = List.copyOf(pullOptions);
    }

    /** The same in the way that an order asks for. */
    WantedImage under(ImageOrder order) {
        return order.forced()
                ? new WantedImage(generalOptions, name, Mode.of(order.policy()), pullOptions)
                : this;
    }

    /** The same, but only if none is there; one that is never pulled stays so. */
    WantedImage ifMissing() {
        return mode == Mode.NEVER
                ? this
                : new WantedImage(generalOptions, name, Mode.MISSING, pullOptions);
    }

    /** Returns where its name leads; empty if that is a matter of the program's settings. */
    String registry() {
        int slash = name.indexOf('/');
        var first = slash < 0 ? "" : name.substring(0, slash);
        return first.contains(".") || first.contains(":") || first.equals("localhost") ? first : "";
    }

    /** Says whether one that is there may be for another machine, and only the program knows. */
    boolean isForSomeMachine() {
        return pullOptions.stream()
                .anyMatch(each ->
                        FOR_SOME_MACHINE.stream()
                                .anyMatch(option ->
                                        each.equals(option) || each.startsWith(option + "=")));
    }

    /** When it is pulled. */
    enum Mode {
        /** If it is not there. */
        MISSING,
        /** In any case. */
        ALWAYS,
        /** In any case, but it does no harm if that fails and one is there. */
        NEWER,
        /** Not at all. */
        NEVER;

        static Mode of(ImagePullPolicy policy) {
            return switch (policy) {
                case IF_NOT_PRESENT -> MISSING;
                case ALWAYS -> ALWAYS;
                case NEVER -> NEVER;
            };
        }
    }

    /**
     * Returns that of a container; empty if it is made of something else.
     *
     * @param policy counts unless the options have one
     */
    static Optional<WantedImage> of(ContainerConfig config, ImagePullPolicy policy) {
        var options = config.commandOptions();
        if (options.contains("--rootfs") || options.contains("--rootfs=true")) {
            return Optional.empty();
        }
        return Optional.of(
                new WantedImage(
                        config.generalOptions(),
                        config.image(),
                        mode(options).orElse(Mode.of(policy)),
                        among(options)));
    }

    /** Returns what the last option says of it; of an unknown word the program complains itself. */
    private static Optional<Mode> mode(List<String> options) {
        var mode = Optional.<Mode>empty();
        for (int i = 0; i < options.size(); i++) {
            var option = options.get(i);
            var value =
                    option.startsWith(PULL + "=")
                            ? option.substring(PULL.length() + 1)
                            : option.equals(PULL) && i + 1 < options.size()
                                    ? options.get(i + 1)
                                    : "";
            mode =
                    switch (value.toLowerCase(Locale.ROOT)) {
                        case "always", "true" -> Optional.of(Mode.ALWAYS);
                        case "missing", "false" -> Optional.of(Mode.MISSING);
                        case "newer" -> Optional.of(Mode.NEWER);
                        case "never" -> Optional.of(Mode.NEVER);
                        default -> mode;
                    };
        }
        return mode;
    }

    /** Returns those of some options that concern pulling. */
    static List<String> among(List<String> options) {
        var some = new ArrayList<String>();
        for (int i = 0; i < options.size(); i++) {
            var option = options.get(i);
            int equals = option.indexOf('=');
            var name = equals < 0 ? option : option.substring(0, equals);
            if (SWITCHES.contains(name) || (WITH_VALUE.contains(name) && equals >= 0)) {
                some.add(option);
            } else if (WITH_VALUE.contains(name) && i + 1 < options.size()) {
                some.add(option);
                some.add(options.get(++i));
            }
        }
        return some;
    }
}
