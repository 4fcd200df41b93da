package io.muster.agent.runtime.container;

import io.muster.api.runtime.RuntimeFailure;
import java.util.List;
import java.util.Locale;

/** The images that a program keeps, where one differs from another. Any thread. */
@FunctionalInterface
interface ImageStore {
    /** Says whether an image is there. Asks no registry. */
    boolean has(WantedImage image) throws RuntimeFailure;

    /** Those of podman, which says it by an exit code. */
    static ImageStore podman(CommandLine podman) {
        return image ->
                podman.affirms(
                        image.generalOptions(),
                        ContainerRuntime.SHORT,
                        List.of("image", "exists", image.name()),
                        denied -> denied.exitCode() == 1);
    }

    /** Those of nerdctl. */
    static ImageStore nerdctl(CommandLine nerdctl) {
        return image ->
                nerdctl.affirms(
                        image.generalOptions(),
                        ContainerRuntime.SHORT,
                        List.of("image", "inspect", image.name()),
                        denied ->
                                denied.errors().toLowerCase(Locale.ROOT).contains("no such image"));
    }
}
