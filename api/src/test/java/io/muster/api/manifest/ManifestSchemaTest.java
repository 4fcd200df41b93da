package io.muster.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.muster.api.RandomStates;
import io.muster.api.Seeds;
import io.muster.api.outcome.Outcome;
import io.muster.api.tree.ManifestSchema;
import io.muster.api.tree.StateTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The schema says what the reader says, by the word of a validator that knows neither. */
final class ManifestSchemaTest {
    private static final Path SHIPPED = Path.of("../docs/manifest.schema.json");
    private static final String WEB =
            "apiVersion: v1\nworkloads: {web: {agent: a, runtime: r, runtimeConfig: c, %s}}";

    private final YAMLMapper yaml = new YAMLMapper();
    private final JsonSchema schema =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(JsonWriter.write(ManifestSchema.tree()));

    @Test
    void is_the_one_in_docs() throws IOException {
        var text = JsonWriter.write(ManifestSchema.tree()) + "\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(SHIPPED, text);
        }
        assertThat(Files.readString(SHIPPED))
                .as("docs/manifest.schema.json; to write it anew: -Dgolden.update=true")
                .isEqualTo(text);
        assertThat(new ObjectMapper().readTree(text).get("properties")).hasSize(3);
    }

    @Test
    void accepts_the_examples() throws IOException {
        try (var files = Files.list(Path.of("../examples"))) {
            accepts(files.filter(file -> file.toString().endsWith(".yaml")).toList());
        }
    }

    @Test
    void accepts_manifests_of_ankaios() throws IOException {
        var folder = PublishedManifests.folder();
        if (folder.isPresent()) {
            try (var files = Files.list(folder.get())) {
                accepts(files.toList());
            }
        }
    }

    private void accepts(List<Path> files) throws IOException {
        assertThat(files).isNotEmpty();
        for (var file : files) {
            assertThat(complaints(Files.readString(file))).as(file.toString()).isEmpty();
        }
    }

    @Test
    void accepts_what_is_written() {
        Seeds.check(
                300,
                random -> {
                    var text = YamlWriter.write(StateTree.of(new RandomStates(random).state()));
                    assertThat(complaints(text)).as(text).isEmpty();
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tags: {a: b}",
                "restartPolicy: ON_FAILURE",
                "imagePullPolicy: ALWAYS",
                "imagePullPolicy: ",
                "stopAfterLostContact: 1h30m",
                "stopAfterLostContact: 365d",
                "stopAfterLostContact: ",
                "dependencies: {db: ADD_COND_FAILED}",
                "dependencies: {db: {condition: ADD_COND_RUNNING, onUpdate: restart}}",
                "dependencies: {db: {condition: ADD_COND_FAILED}}",
                "configs: {a: b}",
                "files: [{mountPoint: /a, data: x}, {mountPoint: /b, binaryData: aGk=}]",
                "files: ",
                "unknown: [1, 2]",
                "restartPolicy: ",
                "dependencies: {db: {condition: ADD_COND_FAILED, onUpdate: wait}}",
                "dependencies: {db: {condition: ADD_COND_FAILED, onUpdate: }}",
                "files: [{mountPoint: /a/.b/..c, data: x, binaryData: }]",
                "files: [{mountPoint: /a, binaryData: \"aGkh\\naGk=\\n\"}]",
                "files: [{mountPoint: /a, binaryData: \"{{x}}\"}]",
                "controlInterfaceAccess: ",
                "controlInterfaceAccess: {allowRules: }",
                "controlInterfaceAccess: {denyRules: [{type: LogRule, workloadNames: []}]}",
                "tags: ",
                "controlInterfaceAccess: {allowRules: [{type: StateRule, operation: Read,"
                        + " filterMasks: [\"a.*\"]}]}",
                "controlInterfaceAccess: {denyRules: [{type: LogRule, workloadNames: [\"a*b\"]}]}"
            })
    void accepts_with_the_reader(String field) throws JsonProcessingException {
        assertThat(read(WEB.formatted(field))).isTrue();
        assertThat(complaints(WEB.formatted(field))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tags: {a: 1}",
                "tags: text",
                "restartPolicy: always",
                "imagePullPolicy: IfNotPresent",
                "stopAfterLostContact: 10",
                "stopAfterLostContact: soon",
                "stopAfterLostContact: \"\"",
                "stopAfterLostContact: 5m1h",
                "dependencies: {db: RUNNING}",
                "dependencies: {db: {onUpdate: restart}}",
                "dependencies: {db: {condition: ADD_COND_RUNNING, onUpdate: stop}}",
                "dependencies: {\"d b\": ADD_COND_RUNNING}",
                "configs: {\"a.b\": c}",
                "configs: {a: b.c}",
                "files: {mountPoint: /a}",
                "tags: [{key: a, value: b}]",
                "files: [{mountPoint: a, data: x}]",
                "files: [{mountPoint: /, data: x}]",
                "files: [{mountPoint: /a/, data: x}]",
                "files: [{mountPoint: /a//b, data: x}]",
                "files: [{mountPoint: /a/../b, data: x}]",
                "files: [{mountPoint: /a/., data: x}]",
                "files: [{mountPoint: /a, data: }]",
                "files: [ ~ ]",
                "dependencies: {db: {condition: ADD_COND_FAILED, onUpdate: restart}}",
                "dependencies: {db: {onUpdate: wait}}",
                "dependencies: {db: }",
                "controlInterfaceAccess: {allowRules: [ ~ ]}",
                "controlInterfaceAccess: {allowRules: [{type: StateRule, operation: Read,"
                        + " filterMasks: }]}",
                "controlInterfaceAccess: {denyRules: [{type: LogRule, workloadNames: ["
                        + "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]}]}",
                "files: [{mountPoint: /a}]",
                "files: [{data: x}]",
                "files: [{mountPoint: /a, data: x, binaryData: x}]",
                "controlInterfaceAccess: {allowRules: [{type: Rule}]}",
                "controlInterfaceAccess: {allowRules: [{type: StateRule, operation: Read}]}",
                "controlInterfaceAccess: {allowRules: [{type: StateRule, operation: All,"
                        + " filterMasks: [a]}]}",
                "controlInterfaceAccess: {allowRules: [{type: StateRule, operation: Read,"
                        + " filterMasks: [a..b]}]}",
                "controlInterfaceAccess: {denyRules: [{type: LogRule, workloadNames: [\"a*b*\"]}]}"
            })
    void refuses_with_the_reader(String field) throws JsonProcessingException {
        assertThat(read(WEB.formatted(field))).isFalse();
        assertThat(complaints(WEB.formatted(field))).isNotEmpty();
    }

    @Test
    void refuses_states_with_the_reader() throws JsonProcessingException {
        for (var text :
                Stream.of(
                                "workloads: {}",
                                "apiVersion: v2",
                                "apiVersion: v1\nworkloads: []",
                                "apiVersion: v1\nworkloads: {web: {runtime: r, runtimeConfig: c}}",
                                "apiVersion: v1\n"
                                    + "workloads: {\"w.b\": {agent: a, runtime: r, runtimeConfig:"
                                    + " c}}",
                                "apiVersion: v1\n"
                                        + "workloads: {web: {agent: a b, runtime: r, runtimeConfig:"
                                        + " c}}",
                                "apiVersion: v0.1\n"
                                    + "workloads: {web: {agent: a, runtime: r, runtimeConfig: c,"
                                    + " tags: {a: b}}}",
                                "apiVersion: v0.1\n"
                                    + "workloads: {web: {agent: a, runtime: r, runtimeConfig: c,"
                                    + " tags: [{key: a}]}}",
                                "apiVersion: v0.1\n"
                                    + "workloads: {web: {agent: a, runtime: r, runtimeConfig: c,"
                                    + " tags: [ ~ ]}}",
                                "apiVersion: v1\n"
                                    + "workloads: {web: {agent: '{{a}}', runtime: r, runtimeConfig:"
                                    + " c}}",
                                "apiVersion: v1\nworkloads: {web: }",
                                "apiVersion: v1\nconfigs: {a: }",
                                "apiVersion: v1\nconfigs: {a: [ ~ ]}",
                                "apiVersion: v1\nconfigs: {a: 1}",
                                "apiVersion: v1\nconfigs: {a: [true]}",
                                "apiVersion: v1\nconfigs: {a: {\"b c\": d}}")
                        .toList()) {
            assertThat(read(text)).as(text).isFalse();
            assertThat(complaints(text)).as(text).isNotEmpty();
        }
    }

    private static boolean read(String text) {
        return ManifestReader.read("m.yaml", text) instanceof Outcome.Accepted<Manifest>;
    }

    private List<String> complaints(String text) throws JsonProcessingException {
        return schema.validate(yaml.readTree(text)).stream()
                .map(ValidationMessage::toString)
                .toList();
    }
}
