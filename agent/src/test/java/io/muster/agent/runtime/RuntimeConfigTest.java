package io.muster.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.muster.api.runtime.RuntimeFailure;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

final class RuntimeConfigTest {
    @Test
    void reads_single_values_lists_and_keys_as_they_are_written() throws Exception {
        var config =
                RuntimeConfig.parse(
                        """
                        image: nginx
                        args: ["-c", 1000, true, 1_000, "", 'a b']
                        env:
                          A: 1
                          B: yes
                          C:
                        script: |
                          one
                          two
                        """);
        assertThat(config.text("image")).hasValue("nginx");
        assertThat(config.texts("args")).containsExactly("-c", "1000", "true", "1_000", "", "a b");
        assertThat(config.textMap("env"))
                .containsExactly(entry("A", "1"), entry("B", "yes"), entry("C", ""));
        assertThat(config.text("script")).hasValue("one\ntwo\n");
    }

    @Test
    void takes_an_empty_value_for_a_key_that_is_not_there() throws Exception {
        for (var text : List.of("", "# nothing\n", "---\n", "args:\nimage: ~\n")) {
            var config = RuntimeConfig.parse(text);
            assertThat(config.texts("args")).isEmpty();
            assertThat(config.text("image")).isEmpty();
            assertThat(config.textMap("env")).isEmpty();
        }
    }

    @Test
    void says_what_is_missing_and_what_to_write() {
        refused(() -> RuntimeConfig.parse("args: []").mandatoryText("image", "nginx:alpine"))
                .hasMessage(
                        "runtimeConfig.image: is missing; write, for example, \"image:"
                                + " nginx:alpine\"");
    }

    @Test
    void says_which_key_has_the_wrong_kind_of_value() {
        refused(() -> RuntimeConfig.parse("image: x\nargs: one").texts("args"))
                .hasMessage(
                        "runtimeConfig.args: a list is needed, not a single value (line 2); write"
                                + " \"args: [\"one\", \"two\"]\"");
        refused(() -> RuntimeConfig.parse("args:\n- [a]").texts("args"))
                .hasMessageContaining("one of them is a list (line 2)");
        refused(() -> RuntimeConfig.parse("image: [x]").text("image"))
                .hasMessageContaining("a single value is needed, not a list (line 1)");
        refused(() -> RuntimeConfig.parse("env: [A=1]").textMap("env"))
                .hasMessageContaining("keys and values are needed, not a list");
        refused(() -> RuntimeConfig.parse("env: {A: [1]}").textMap("env"))
                .hasMessageContaining("runtimeConfig.env.A: a single value is needed");
    }

    @Test
    void says_where_the_yaml_is_broken() {
        refused(() -> RuntimeConfig.parse("image: x\n  args: ["))
                .hasMessageContaining("runtimeConfig is no valid YAML")
                .hasMessageContaining("line 2");
        refused(() -> RuntimeConfig.parse("just text"))
                .hasMessageContaining("keys and values are needed");
        refused(() -> RuntimeConfig.parse("a: 1\na: 2")).hasMessageContaining("twice (line 2)");
        refused(() -> RuntimeConfig.parse("a: &x 1\nb: *x")).hasMessageContaining("alias");
        refused(() -> RuntimeConfig.parse("a: " + "[".repeat(100)))
                .hasMessageContaining("runtimeConfig");
    }

    @Test
    void guesses_what_an_unknown_key_was_meant_to_be() throws Exception {
        var config = RuntimeConfig.parse("command: x\nargz: [a]");
        assertThat(config.otherThan(List.of("command", "args"))).containsExactly("argz");
        refused(() -> config.allowOnly(List.of("command", "args")))
                .hasMessage(
                        "runtimeConfig.argz: there is no such key (line 2); did you mean"
                                + " \"args\"?");
        refused(() -> config.allowOnly(List.of("command", "workingDirectory")))
                .hasMessageContaining("use command, workingDirectory");
        refused(() -> RuntimeConfig.parse("agrs: [a]\nevn: {}").allowOnly(List.of("args", "env")))
                .hasMessageContaining("did you mean \"args\"?\n")
                .hasMessageEndingWith("did you mean \"env\"?");
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(ThrowingCallable code) {
        return assertThatThrownBy(code)
                .isInstanceOf(RuntimeFailure.class)
                .matches(failure -> !((RuntimeFailure) failure).retryable());
    }
}
