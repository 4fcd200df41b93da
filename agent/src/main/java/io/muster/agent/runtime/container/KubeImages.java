package io.muster.agent.runtime.container;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.muster.agent.runtime.container.WantedImage.Mode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The images that {@code podman kube play} is about to need, and the policies that their containers
 * have for them in the manifest.
 */
final class KubeImages {
    /** The keys of lists of containers. */
    static final Set<String> CONTAINERS = Set.of("containers", "initContainers");

    /** With these, podman may make the images itself. */
    private static final List<String> BUILDING = List.of("--build", "--context-dir");

    private final KubeConfig config;
    private final List<String> pullOptions;
    private final List<WantedImage> images = new ArrayList<>();

    private KubeImages(KubeConfig config) {
        this.config = config;
        this.pullOptions = WantedImage.among(config.playOptions());
    }

    /** Returns those of a manifest, each once, in the order in which they are there. */
    static List<WantedImage> of(KubeConfig config) {
        boolean builds =
                config.playOptions().stream()
                        .anyMatch(option ->
                                BUILDING.stream()
                                        .anyMatch(each ->
                                                option.equals(each)
                                                        || option.startsWith(each + "=")));
        if (builds) {
            return List.of();
        }
        var images = new KubeImages(config);
        try (var parser = KubeManifest.YAML.createParser(config.manifest())) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                images.value(parser, "");
            }
        } catch (IOException e) {
            throw new IllegalStateException("it was read before", e);
        }
        return images.images.stream().distinct().toList();
    }

    /** Reads a value, at whose start the parser stands, to its end. */
    private void value(YAMLParser parser, String key) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    var name = parser.currentName();
                    parser.nextToken();
                    value(parser, name);
                }
            }
            case START_ARRAY -> {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (CONTAINERS.contains(key)
                            && parser.currentToken() == JsonToken.START_OBJECT) {
                        container(Json.values(parser));
                    } else {
                        value(parser, "");
                    }
                }
            }
            default -> {}
        }
    }

    private void container(Map<String, String> container) {
        var image = container.getOrDefault("image", "");
        if (!image.isEmpty()) {
            var policy = container.getOrDefault("imagePullPolicy", "");
            images.add(
                    new WantedImage(
                            config.generalOptions(), image, mode(policy, image), pullOptions));
        }
    }

    /** As podman does: what may become another one without another name is looked for anew. */
    static Mode mode(String policy, String image) {
        return switch (policy.toLowerCase(Locale.ROOT)) {
            case "always" -> Mode.ALWAYS;
            case "never" -> Mode.NEVER;
            case "newer" -> Mode.NEWER;
            case "" -> isLatest(image) ? Mode.NEWER : Mode.MISSING;
            default -> Mode.MISSING;
        };
    }

    private static boolean isLatest(String image) {
        var last = image.substring(image.lastIndexOf('/') + 1);
        return !last.contains("@") && (!last.contains(":") || last.endsWith(":latest"));
    }
}
