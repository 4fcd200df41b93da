package io.muster.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many agents in one process, at a real server. */
final class FleetIT {
    @TempDir Path folder;
    private House house;

    @BeforeEach
    void start() throws Exception {
        house = new House(folder);
    }

    @AfterEach
    void tearDown() throws Exception {
        house.tearDown();
    }

    private House.Result fleet(String... arguments) throws Exception {
        var all = new ArrayList<String>();
        all.add("fleet");
        all.add("--broker=mqtt://127.0.0.1:" + house.port());
        all.addAll(List.of(arguments));
        return house.run("muster-sim", all.toArray(String[]::new));
    }

    @Test
    void it_connects_works_is_disturbed_and_leaves_nothing_behind() throws Exception {
        house.server();
        house.agent("bow");
        house.awaitAgent("bow");
        house.apply(
                NativeSystemIT.manifest()
                        + NativeSystemIT.workload("sailor", "bow", "exec sleep 1000041"));
        var result =
                fleet(
                        "--agents=60",
                        "--workloads=5",
                        "--connect-rate=60",
                        "--churn=600",
                        "--updates=20",
                        "--for=5s");
        assertThat(result.exit()).as(result.toString()).isZero();
        assertThat(result.out())
                .contains("60 agents connected in ", "300 workloads accepted in ")
                .containsPattern("[1-9][0-9]* connections were cut, [1-9][0-9]* agents crashed")
                .containsPattern("[1-9][0-9]* updates answered: p50 ")
                .contains("the server knows that 300 workloads run");
        assertThat(house.muster("get", "workloads").out())
                .contains("sailor")
                .doesNotContain("fleet");
        assertThat(house.muster("get", "agents").out()).contains("bow").doesNotContain("fleet");
    }

    @Test
    void it_says_what_is_wrong() throws Exception {
        house.server();
        assertThat(fleet("--cluster=other").err()).contains("server").doesNotContain("Exception");
        assertThat(fleet("--agents=0").exit()).isEqualTo(2);
        assertThat(fleet("--for=soon").err()).contains("--for: \"soon\" is no time");
        assertThat(house.run("muster-sim", "fleet", "--broker=http://a").err())
                .contains("does not begin with mqtt://");
    }
}
