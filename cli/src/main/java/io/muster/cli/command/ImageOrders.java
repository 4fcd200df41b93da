package io.muster.cli.command;

import io.muster.api.manifest.YamlWriter;
import io.muster.api.name.AgentName;
import io.muster.api.name.InstanceName;
import io.muster.api.name.WorkloadName;
import io.muster.api.program.ProgramFailure;
import io.muster.api.request.ImageOrder;
import io.muster.api.request.Request;
import io.muster.api.request.Request.PullImages;
import io.muster.api.request.Response;
import io.muster.api.request.UpdatePlan;
import io.muster.api.state.ImagePullPolicy;
import io.muster.api.state.State;
import io.muster.api.tree.Node;
import io.muster.cli.cluster.ClusterFailure;
import io.muster.cli.cluster.Connection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which images are wanted where. */
final class ImageOrders {
    static final String FAILED = "Failed to preload images";

    /** Says of a workload that it needs no image. */
    private static final String WITHOUT_IMAGES = "native";

    private static final int MAX_NAME = 63;

    private ImageOrders() {}

    /**
     * What can be asked for, and what cannot.
     *
     * @param refused why something cannot be asked for, in words
     */
    record Collected(List<ImageOrder> orders, List<String> refused) {
        Collected {
            orders = List.copyOf(orders);
            refused = List.copyOf(refused);
        }

        /** The same under another policy, if somebody asked for one. */
        Collected under(Optional<ImagePullPolicy> policy) {
            return policy.map(asked ->
                            new Collected(
                                    orders.stream().map(order -> order.under(asked)).toList(),
                                    refused))
                    .orElse(this);
        }
    }

    /** Orders images by their names, from each of some agents. */
    static Collected named(List<AgentName> agents, String runtime, List<String> images) {
        var orders = new ArrayList<ImageOrder>();
        for (var agent : agents) {
            for (var image : images.stream().distinct().toList()) {
                var config =
                        YamlWriter.write(new Node.Entries(Map.of("image", new Node.Text(image))));
                orders.add(
                        new ImageOrder(
                                InstanceName.of(name(image), config, agent.value()),
                                runtime,
                                config,
                                ImagePullPolicy.IF_NOT_PRESENT,
                                false));
            }
        }
        return new Collected(orders, List.of());
    }

    /** What an image is called where only names of workloads are known, as in messages. */
    private static WorkloadName name(String image) {
        var last = image.substring(image.lastIndexOf('/') + 1).replaceAll("[^a-zA-Z0-9_-]", "-");
        return new WorkloadName(
                last.isEmpty() ? "image" : last.substring(0, Math.min(last.length(), MAX_NAME)));
    }

    /** Asks the server what the workloads of manifests would need on which agents. */
    static Collected of(Call call, Connection connection, State manifests)
            throws ProgramFailure, InterruptedException {
        try {
            var question = Update.setting(manifests).request().asDryRunWithImages();
            return sorted(call, connection.ask(question, Response.Planned.class).plan());
        } catch (ClusterFailure e) {
            throw call.failed(FAILED, e);
        }
    }

    private static Collected sorted(Call call, UpdatePlan plan) {
        var orders = new LinkedHashMap<WorkloadName, ImageOrder>();
        plan.images().forEach(order -> orders.put(order.instance().workload(), order));
        var refused = new ArrayList<String>();
        var without = new ArrayList<String>();
        var nowhere = new ArrayList<String>();
        for (var workload : plan.workloads()) {
            var name = workload.name();
            var order = orders.get(name);
            if (!workload.obstacle().isEmpty()) {
                refused.add("%s: %s".formatted(name, workload.obstacle()));
            } else if (order == null && plan.images().isEmpty() && !workload.agent().isEmpty()) {
                refused.add(
                        "%s: the server does not say which images it needs; it may be older than this muster, name them with --agent %s"
                                .formatted(name, workload.agent()));
            } else if (order == null) {
                nowhere.add(name.value());
            } else if (order.runtime().equals(WITHOUT_IMAGES)) {
                without.add(name.value());
                orders.remove(name);
            } else if (order.runtimeConfig().length() > Request.MAX_IMAGE_TEXT) {
                refused.add(
                        "%s: its runtimeConfig has %d characters, and %d can be told at once; name its images instead, with --agent %s"
                                .formatted(
                                        name,
                                        order.runtimeConfig().length(),
                                        Request.MAX_IMAGE_TEXT,
                                        workload.agent()));
                orders.remove(name);
            }
        }
        leftOut(call, "they have no images", without);
        leftOut(call, "no agent is named for them", nowhere);
        return new Collected(List.copyOf(orders.values()), refused);
    }

    private static void leftOut(Call call, String why, List<String> names) {
        if (!names.isEmpty()) {
            call.terminal().note("left out, as %s: %s".formatted(why, String.join(", ", names)));
        }
    }

    /** Makes requests of orders: as few as their bounds allow. */
    static List<PullImages> requests(List<ImageOrder> orders) {
        var requests = new ArrayList<PullImages>();
        var some = new ArrayList<ImageOrder>();
        long text = 0;
        for (var order : orders) {
            int length = order.runtimeConfig().length();
            if (some.size() == Request.MAX_IMAGE_ORDERS
                    || (!some.isEmpty() && text + length > Request.MAX_IMAGE_TEXT)) {
                requests.add(new PullImages(some));
                some.clear();
                text = 0;
            }
            some.add(order);
            text += length;
        }
        if (!some.isEmpty()) {
            requests.add(new PullImages(some));
        }
        return requests;
    }
}
