package io.muster.api.codec;

import io.muster.api.proto.StateProto;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.Workload;

/**
 * Parts of the desired state as a store keeps them. Equal values give equal bytes, as long as the
 * program is the same.
 */
public final class StateCodec {
    private StateCodec() {}

    /** Encodes a whole workload. */
    public static byte[] encode(Workload workload) {
        return WorkloadCodec.encode(workload).toByteArray();
    }

    /** Encodes a config. */
    public static byte[] encode(ConfigItem item) {
        return ConfigCodec.encode(item).toByteArray();
    }

    /** Decodes a whole workload. */
    public static Workload decodeWorkload(byte[] bytes) throws MalformedMessage {
        return Decoding.decode(
                "workload", StateProto.Workload.parser(), bytes, WorkloadCodec::decode);
    }

    /** Decodes a config. */
    public static ConfigItem decodeConfigItem(byte[] bytes) throws MalformedMessage {
        return Decoding.decode(
                "config", StateProto.ConfigItem.parser(), bytes, ConfigCodec::decode);
    }
}
