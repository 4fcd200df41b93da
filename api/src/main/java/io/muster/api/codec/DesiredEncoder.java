package io.muster.api.codec;

import com.google.protobuf.CodedOutputStream;
import io.muster.api.bus.Payload;
import io.muster.api.link.Addressee;
import io.muster.api.link.AssignedWorkload;
import io.muster.api.link.DesiredState;
import io.muster.api.name.WorkloadName;
import io.muster.api.proto.LinkProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Adler32;
import java.util.zip.Deflater;

/**
 * Encodes the desired states of agents, each again and again as it changes.
 *
 * <p>A desired state holds all workloads of its agent. So that one that changes does not cost what
 * all of them cost, they are packed in parcels of some hundred, and of those that were packed
 * before only the ones that hold another workload are packed again. What is left to do for all
 * bytes is to copy them and to sum them up. The bytes depend on the desired state alone, not on
 * what was encoded before.
 *
 * <p>For one thread. What it remembers is bounded.
 */
public final class DesiredEncoder {
    /** One name in so many ends a parcel. */
    private static final int PARCEL = 256;

    private static final int MAX_PARCEL = 4 * PARCEL;
    private static final long MAX_REMEMBERED_BYTES = 64L << 20;

    /** RFC 1950: deflate with a window of 32 KiB, no dictionary, the default level. */
    private static final byte[] ZLIB_HEADER = {0x78, (byte) 0x9c};

    /** RFC 1951: the last block, which is empty. */
    private static final byte[] END = {0x03, 0x00};

    private final Map<String, Memory> memories = new LinkedHashMap<>(16, 0.75f, true);
    private long remembered;

    /** The parcels of one agent, by the name of the first workload. */
    private record Memory(Map<String, Parcel> parcels, long bytes) {}

    /** Workloads that follow each other. */
    private static final class Parcel {
        private final List<AssignedWorkload> workloads;

        /** As they are in the message. */
        private final byte[] plain;

        /** The same, deflated, and ending with a whole byte. */
        private final byte[] packed;

        Parcel(List<AssignedWorkload> workloads, byte[] plain) {
            this.workloads = workloads;
            this.plain = plain;
            this.packed = deflate(plain);
        }

        String first() {
            return workloads.getFirst().instance().workload().value();
        }

        /** Whoever changes a workload makes another one, so a look at the identity is enough. */
        @SuppressWarnings("ReferenceEquality")
        boolean holds(List<AssignedWorkload> others) {
            if (workloads.size() != others.size()) {
                return false;
            }
            for (int i = 0; i < workloads.size(); i++) {
                if (workloads.get(i) != others.get(i)) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Encodes with a digest; compressed above 8 KiB.
     *
     * @param agent whose it is
     */
    public Payload encode(String agent, DesiredState desired) {
        var before = memories.get(agent);
        var known = before == null ? Map.<String, Parcel>of() : before.parcels();
        var parcels = new ArrayList<Parcel>();
        for (var workloads : split(desired.workloads())) {
            var parcel = known.get(workloads.getFirst().instance().workload().value());
            parcels.add(parcel != null && parcel.holds(workloads) ? parcel : parcel(workloads));
        }
        var header = header(desired);
        int size = header.length + parcels.stream().mapToInt(p -> p.plain.length).sum();
        if (size > Envelope.PLAIN_BYTES) {
            remember(agent, parcels);
        } else {
            forget(agent);
        }
        return payload(header, parcels, size);
    }

    /** Forgets an agent. */
    public void forget(String agent) {
        var memory = memories.remove(agent);
        if (memory != null) {
            remembered -= memory.bytes();
        }
    }

    private void remember(String agent, List<Parcel> parcels) {
        forget(agent);
        var byName = new HashMap<String, Parcel>();
        long bytes = 0;
        for (var parcel : parcels) {
            byName.put(parcel.first(), parcel);
            bytes += parcel.plain.length + parcel.packed.length;
        }
        memories.put(agent, new Memory(byName, bytes));
        remembered += bytes;
        while (remembered > MAX_REMEMBERED_BYTES) {
            forget(memories.keySet().iterator().next()); // it was encoded longest ago
        }
    }

    /** Where parcels end depends on names, so that one more or less moves no other. */
    private static List<List<AssignedWorkload>> split(List<AssignedWorkload> workloads) {
        var parts = new ArrayList<List<AssignedWorkload>>();
        int from = 0;
        for (int i = 0; i < workloads.size(); i++) {
            int hash = workloads.get(i).instance().workload().value().hashCode() * 0x9E3779B9;
            boolean ends = hash >>> 24 == 0 || i + 1 - from >= MAX_PARCEL;
            if (ends || i + 1 == workloads.size()) {
                parts.add(workloads.subList(from, i + 1));
                from = i + 1;
            }
        }
        return parts;
    }

    private static Parcel parcel(List<AssignedWorkload> workloads) {
        var plain = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(plain);
        try {
            for (var workload : workloads) {
                out.writeMessage(
                        LinkProto.DesiredState.WORKLOADS_FIELD_NUMBER,
                        LinkProto.AssignedWorkload.newBuilder()
                                .setInstanceName(ExecutionCodec.encode(workload.instance()))
                                .setChangedAt(workload.changedAt().value())
                                .setWorkload(WorkloadCodec.encode(workload.workload()))
                                .build());
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("an array does not fail", e);
        }
        return new Parcel(List.copyOf(workloads), plain.toByteArray());
    }

    /** All but the workloads. */
    private static byte[] header(DesiredState desired) {
        var message =
                LinkProto.DesiredState.newBuilder()
                        .setVersion(LinkCodec.encode(desired.version()))
                        .setTakeOver(desired.takeOver())
                        .setDrained(desired.drained());
        switch (desired.addressee()) {
            case Addressee.Anybody _ -> {} // says nothing, as those did that knew no nodes
            case Addressee.Former _ -> message.setFormer(true);
            case Addressee.Node(var id) -> message.setNode(id.value());
        }
        for (var each : desired.dependents()) {
            message.addDependents(
                    LinkProto.Dependents.newBuilder()
                            .setWorkload(each.workload().value())
                            .setElsewhere(each.elsewhere())
                            .setForeign(each.foreign())
                            .addAllLeaving(
                                    each.leaving().stream().map(WorkloadName::value).toList()));
        }
        return message.build().toByteArray();
    }

    private static Payload payload(byte[] header, List<Parcel> parcels, int size) {
        var content = new byte[size];
        System.arraycopy(header, 0, content, 0, header.length);
        int filled = header.length;
        for (var parcel : parcels) {
            System.arraycopy(parcel.plain, 0, content, filled, parcel.plain.length);
            filled += parcel.plain.length;
        }
        return Payload.of(
                Envelope.pack(
                                content,
                                LinkCodec.MAX_DESIRED_BYTES,
                                () -> zlib(header, parcels, content))
                        .toByteArray());
    }

    /** Joins deflated parts, each of which refers to nothing before it, to one stream. */
    private static byte[] zlib(byte[] header, List<Parcel> parcels, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(ZLIB_HEADER);
        out.writeBytes(deflate(header));
        parcels.forEach(parcel -> out.writeBytes(parcel.packed));
        out.writeBytes(END);
        var sum = new Adler32();
        sum.update(content);
        for (int shift = 24; shift >= 0; shift -= 8) {
            out.write((int) (sum.getValue() >>> shift));
        }
        return out.toByteArray();
    }

    private static byte[] deflate(byte[] content) {
        try (var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
            deflater.setInput(content);
            var out = new ByteArrayOutputStream(content.length / 4 + 64);
            var buffer = new byte[8 * 1024];
            int written;
            do {
                written = deflater.deflate(buffer, 0, buffer.length, Deflater.FULL_FLUSH);
                out.write(buffer, 0, written);
            } while (written == buffer.length);
            return out.toByteArray();
        }
    }
}
