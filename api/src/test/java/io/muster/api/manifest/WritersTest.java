package io.muster.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.api.RandomStates;
import io.muster.api.Seeds;
import io.muster.api.Trees;
import io.muster.api.codec.RequestCodec;
import io.muster.api.outcome.Outcome;
import io.muster.api.path.MaskUpdate;
import io.muster.api.request.Request;
import io.muster.api.state.State;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WritersTest {
    private static final Node.Entries STATE =
            Trees.of(
                    "desiredState.apiVersion=v1",
                    "desiredState.workloads.web.agent=",
                    "desiredState.workloads.web.runtimeConfig=image: web\nargs: [a]\n",
                    "desiredState.workloads.web.tags.on=yes",
                    "desiredState.workloads.web.tags.5=1.5",
                    "desiredState.workloads.web.files=[x, y: z, ]",
                    "desiredState.workloads.db={}",
                    "desiredState.workloads.list=[]",
                    "agents.a.status.cpuUsage=#4");

    @Test
    void yaml_is_written_as_people_write_it() {
        assertThat(YamlWriter.write(STATE))
                .isEqualTo(
                        """
                        desiredState:
                          apiVersion: v1
                          workloads:
                            web:
                              agent: ""
                              runtimeConfig: |
                                image: web
                                args: [a]
                              tags:
                                "on": "yes"
                                "5": "1.5"
                              files:
                              - x
                              - 'y: z'
                              - ""
                            db: {}
                            list: []
                        agents:
                          a:
                            status:
                              cpuUsage: 4
                        """);
    }

    @Test
    void json_is_written_with_two_blanks_a_level() {
        assertThat(JsonWriter.write(STATE))
                .isEqualTo(
                        """
                        {
                          "desiredState": {
                            "apiVersion": "v1",
                            "workloads": {
                              "web": {
                                "agent": "",
                                "runtimeConfig": "image: web\\nargs: [a]\\n",
                                "tags": {
                                  "on": "yes",
                                  "5": "1.5"
                                },
                                "files": [
                                  "x",
                                  "y: z",
                                  ""
                                ]
                              },
                              "db": {},
                              "list": []
                            }
                          },
                          "agents": {
                            "a": {
                              "status": {
                                "cpuUsage": 4
                              }
                            }
                          }
                        }
                        """);
    }

    @Test
    void yaml_is_read_back_as_it_was_after_a_way_over_the_wire() {
        Seeds.check(
                1000,
                random -> {
                    var state = new RandomStates(random).state();
                    var yaml = YamlWriter.write(StateTree.of(state));
                    var read = accepted(ManifestReader.read("state.yaml", yaml)).state();
                    assertThat(read).as(yaml).isEqualTo(state);

                    var complete = new Node.Entries(Map.of("desiredState", StateTree.of(read)));
                    var sent = new Request("id", new Request.UpdateState(complete, List.of()));
                    var received = RequestCodec.decodeRequest(RequestCodec.encode(sent));
                    if (!(received.body()
                            instanceof Request.UpdateState(var newState, var masks, _, _, _))) {
                        throw new AssertionError(received);
                    }
                    assertThat(accepted(MaskUpdate.apply(State.EMPTY, newState, masks)))
                            .isEqualTo(state);
                });
    }

    @Test
    void json_is_read_back_by_others_as_it_was() {
        var mapper = new ObjectMapper();
        Seeds.check(
                300,
                random -> {
                    var tree = StateTree.of(new RandomStates(random).completeState());
                    assertThat(node(mapper.readTree(JsonWriter.write(tree)))).isEqualTo(tree);
                });
    }

    private static Node node(JsonNode json) {
        if (json.isObject()) {
            var entries = new LinkedHashMap<String, Node>();
            json.properties().forEach(entry -> entries.put(entry.getKey(), node(entry.getValue())));
            return new Node.Entries(entries);
        }
        if (json.isArray()) {
            return new Node.Items(json.valueStream().map(WritersTest::node).toList());
        }
        return json.isNumber() ? new Node.Whole(json.longValue()) : new Node.Text(json.textValue());
    }

    private static <T> T accepted(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Accepted<T>(var value) -> value;
            case Outcome.Refused<T>(var problems) -> throw new AssertionError(problems.toString());
        };
    }
}
