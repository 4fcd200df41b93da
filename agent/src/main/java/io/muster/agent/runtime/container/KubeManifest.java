package io.muster.agent.runtime.container;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.muster.agent.runtime.RuntimeConfig;
import io.muster.api.runtime.RuntimeFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What an agent needs to know of the documents that {@code podman kube play} plays. */
record KubeManifest(List<Document> documents) {
    /** Reads manifests. */
    static final YAMLFactory YAML =
            YAMLFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(100).build())
                    .build();

    /** Kinds of which nothing runs. */
    private static final Set<String> DATA = Set.of("ConfigMap", "Secret", "PersistentVolumeClaim");

    KubeManifest {
        documents = List.copyOf(documents);
    }

    /** One document: its kind, and its name and restart policy if it has them. */
    record Document(String kind, String name, String restartPolicy) {
        boolean isPod() {
            return kind.equals("Pod");
        }

        /** Says whether it makes pods: a Deployment, and whatever else podman learns to play. */
        boolean makesPods() {
            return !kind.isEmpty() && !isPod() && !DATA.contains(kind);
        }

        boolean hasPolicy(String policy) {
            return isPod() && restartPolicy.equals(policy);
        }

        /** Says whether podman would give a pod of this document that name. */
        boolean makes(String pod) {
            return (isPod() && pod.equals(name))
                    || (makesPods()
                            && (pod.equals(name + "-pod") || pod.startsWith(name + "-pod-")));
        }

        /** Says whether podman would give a container of this document that name. */
        boolean makesContainer(String container) {
            return (isPod() && container.startsWith(name + "-"))
                    || (makesPods() && container.startsWith(name + "-pod-"));
        }
    }

    /** Whether podman itself starts containers again that have ended. */
    enum Restarts {
        NEVER,
        ON_FAILURE,
        ALWAYS
    }

    /**
     * Reads one.
     *
     * @throws RuntimeFailure for good, if it is no YAML or has nothing to run
     */
    static KubeManifest parse(String yaml) throws RuntimeFailure {
        var documents = new ArrayList<Document>();
        try (var parser = YAML.createParser(yaml)) {
            for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.START_OBJECT) {
                    documents.add(document(parser));
                } else {
                    parser.skipChildren();
                }
            }
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            throw RuntimeConfig.refusal(
                    "runtimeConfig.manifest",
                    "Failed to parse YAML manifest: "
                            + e.getOriginalMessage().lines().findFirst().orElse("").strip()
                            + (place == null
                                    ? ""
                                    : " (line %d, column %d of the manifest)"
                                            .formatted(place.getLineNr(), place.getColumnNr()))
                            + "; correct it there");
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory can be read", e);
        }
        var manifest = new KubeManifest(documents);
        if (documents.stream().noneMatch(each -> each.isPod() || each.makesPods())) {
            throw RuntimeConfig.refusal(
                    "runtimeConfig.manifest",
                    "has no document of the kind Pod or Deployment, so that nothing would run; add"
                            + " one");
        }
        return manifest;
    }

    private static Document document(JsonParser parser) throws IOException {
        var values = new HashMap<String, String>();
        Map<String, String> metadata = Map.of();
        Map<String, String> spec = Map.of();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            if (parser.nextToken().isScalarValue()) {
                values.put(name, parser.getText());
            } else if (name.equals("metadata")) {
                metadata = Json.values(parser);
            } else if (name.equals("spec")) {
                spec = Json.values(parser);
            } else {
                parser.skipChildren();
            }
        }
        return new Document(
                values.getOrDefault("kind", ""),
                metadata.getOrDefault("name", ""),
                spec.getOrDefault("restartPolicy", "Always"));
    }

    /** Says what podman does when a container has ended. */
    Restarts restarts() {
        boolean always =
                documents.stream().anyMatch(each -> each.makesPods() || each.hasPolicy("Always"));
        boolean onFailure = documents.stream().anyMatch(each -> each.hasPolicy("OnFailure"));
        return always ? Restarts.ALWAYS : onFailure ? Restarts.ON_FAILURE : Restarts.NEVER;
    }

    /** Says whether podman would give one of its pods that name. */
    boolean makes(String pod) {
        return documents.stream().anyMatch(each -> each.makes(pod));
    }

    /** Says whether podman would give one of its containers that name. */
    boolean makesContainer(String container) {
        return documents.stream().anyMatch(each -> each.makesContainer(container));
    }
}
