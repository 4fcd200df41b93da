package io.muster.api.codec;

import io.muster.api.link.Command;
import io.muster.api.proto.LinkProto;
import io.muster.api.proto.RequestProto;
import io.muster.api.request.ImageOrder;
import io.muster.api.request.Request;
import java.util.ArrayList;
import java.util.List;

/** Images: which are wanted, and who wants to hear how they are got. */
final class ImagesCodec {
    private ImagesCodec() {}

    static RequestProto.ImagesRequest encode(Request.PullImages pull) {
        return RequestProto.ImagesRequest.newBuilder().addAllImages(encode(pull.orders())).build();
    }

    static Request.PullImages decode(RequestProto.ImagesRequest message) throws MalformedMessage {
        return new Request.PullImages(decode(message.getImagesList()));
    }

    static List<RequestProto.ImageOrder> encode(List<ImageOrder> orders) {
        return orders.stream()
                .map(order ->
                        RequestProto.ImageOrder.newBuilder()
                                .setWorkloadName(ExecutionCodec.encode(order.instance()))
                                .setRuntime(order.runtime())
                                .setRuntimeConfig(order.runtimeConfig())
                                .setPolicy(WorkloadCodec.encode(order.policy()))
                                .setForced(order.forced())
                                .build())
                .toList();
    }

    static List<ImageOrder> decode(List<RequestProto.ImageOrder> messages) throws MalformedMessage {
        var orders = new ArrayList<ImageOrder>();
        for (var message : messages) {
            orders.add(
                    new ImageOrder(
                            ExecutionCodec.decode(message.getWorkloadName()),
                            message.getRuntime(),
                            message.getRuntimeConfig(),
                            WorkloadCodec.decode(message.getPolicy(), message.getPolicyValue()),
                            message.getForced()));
        }
        return orders;
    }

    static LinkProto.ImagesStart encode(Command.StartPulls start) {
        return LinkProto.ImagesStart.newBuilder()
                .setId(start.stream().id())
                .setClient(LogsCodec.client(start.stream()))
                .setAgent(LogsCodec.agent(start.stream()))
                .setRequest(encode(start.request()))
                .build();
    }

    static Command.StartPulls decode(LinkProto.ImagesStart message) throws MalformedMessage {
        return new Command.StartPulls(
                LogsCodec.stream(message.getClient(), message.getAgent(), message.getId()),
                decode(message.getRequest()));
    }
}
