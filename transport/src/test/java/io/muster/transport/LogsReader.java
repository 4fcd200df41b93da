package io.muster.transport;

import io.muster.api.link.LogChunk;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Problem;
import io.muster.api.request.LogSelection;
import io.muster.api.request.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A reader of logs that writes down what it hears, and takes all of it unless it is slow. */
final class LogsReader implements ClientLink.LogListener {
    final List<String> heard = new ArrayList<>();
    final ClientLink.LogReading reading;
    boolean slow;
    int notTaken;

    LogsReader(Net.Client client, InstanceName... instances) {
        this(client.link::readLogs, instances);
    }

    /** A workload that reads through its agent. */
    LogsReader(Spokesman speaker, InstanceName... instances) {
        this(speaker::readLogs, instances);
    }

    private LogsReader(Way way, InstanceName... instances) {
        this.reading =
                way.readLogs(
                        List.of(instances),
                        LogSelection.ALL.following(),
                        Duration.ofSeconds(5),
                        this);
    }

    private interface Way {
        ClientLink.LogReading readLogs(
                List<InstanceName> instances,
                LogSelection selection,
                Duration patience,
                ClientLink.LogListener listener);
    }

    /** An instance of the workload {@code web}. */
    static InstanceName web(AgentName agent) {
        return InstanceName.of(new WorkloadName("web"), "config", agent.value());
    }

    void takeAll(AgentName agent) {
        for (; notTaken > 0; notTaken--) {
            reading.taken(agent);
        }
    }

    @Override
    public void accepted(List<InstanceName> instances, List<Problem> problems) {
        heard.add("accepted " + instances.size());
        problems.forEach(problem -> heard.add("problem " + problem));
    }

    @Override
    public void lines(AgentName agent, List<LogChunk.LogLines> lines) {
        for (var part : lines) {
            part.lines().forEach(line -> heard.add(part.instance().workload() + " " + line.text()));
        }
        notTaken++;
        if (!slow) {
            takeAll(agent);
        }
    }

    @Override
    public void lost(AgentName agent, long chunks) {
        heard.add("lost " + chunks);
    }

    @Override
    public void silent(AgentName agent) {
        heard.add("silent");
    }

    @Override
    public void stopped(Response.LogsStopped stop) {
        heard.add("stopped " + stop.instance().workload() + ": " + stop.reason());
    }

    @Override
    public void refused(Response.Refused refused) {
        heard.add("refused " + refused.message());
    }

    @Override
    public void failed(LinkException why) {
        heard.add("failed " + why.kind());
    }
}
