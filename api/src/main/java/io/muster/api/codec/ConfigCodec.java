package io.muster.api.codec;

import io.muster.api.proto.StateProto;
import io.muster.api.state.ConfigItem;
import java.util.ArrayList;
import java.util.TreeMap;

/** Config items. Nesting is bounded by the parser on the way in, by validation before. */
final class ConfigCodec {
    private ConfigCodec() {}

    static StateProto.ConfigItem encode(ConfigItem item) {
        var message = StateProto.ConfigItem.newBuilder();
        switch (item) {
            case ConfigItem.Text(var value) -> message.setString(value);
            case ConfigItem.Items(var values) -> {
                var array = StateProto.ConfigArray.newBuilder();
                values.forEach(value -> array.addValues(encode(value)));
                message.setArray(array);
            }
            case ConfigItem.Fields(var fields) -> {
                var object = StateProto.ConfigObject.newBuilder();
                fields.forEach((key, value) -> object.putFields(key, encode(value)));
                message.setObject(object);
            }
        }
        return message.build();
    }

    static ConfigItem decode(StateProto.ConfigItem message) throws MalformedMessage {
        return switch (message.getConfigItemEnumCase()) {
            case STRING -> new ConfigItem.Text(message.getString());
            case ARRAY -> {
                var values = new ArrayList<ConfigItem>();
                for (var value : message.getArray().getValuesList()) {
                    values.add(decode(value));
                }
                yield new ConfigItem.Items(values);
            }
            case OBJECT -> {
                var fields = new TreeMap<String, ConfigItem>();
                for (var field : message.getObject().getFieldsMap().entrySet()) {
                    fields.put(field.getKey(), decode(field.getValue()));
                }
                yield new ConfigItem.Fields(fields);
            }
            case CONFIGITEMENUM_NOT_SET ->
                    throw new MalformedMessage("a config is neither text nor list nor map");
        };
    }
}
