package io.muster.api.codec;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fields that only a newer version knows. Who reads a message passes over them: a reader that does
 * not know what is new goes on as before. Not so who is asked to change something: whatever such a
 * field means, that nothing must be changed, or more than is seen here, it would be done without.
 */
final class UnknownFields {
    private UnknownFields() {}

    /** Refuses a message that has any, at whatever depth. */
    static void refuse(Message message) throws MalformedMessage {
        var found = first(message, "");
        if (found.isPresent()) {
            throw new MalformedMessage(
                    found.get()
                            + " is not known to this version, a newer program sends it: nothing was"
                            + " changed; update the server first, or ask with an older program");
        }
    }

    private static Optional<String> first(Message message, String path) {
        var unknown = message.getUnknownFields().asMap();
        if (!unknown.isEmpty()) {
            return Optional.of(
                    "field number %d%s"
                            .formatted(
                                    unknown.keySet().iterator().next(),
                                    path.isEmpty() ? "" : " below " + path));
        }
        for (var field : message.getAllFields().entrySet()) {
            if (field.getKey().getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                var found = below(field, path);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> below(Map.Entry<FieldDescriptor, Object> field, String path) {
        var key = field.getKey();
        var at = path.isEmpty() ? key.getName() : path + "." + key.getName();
        if (!key.isRepeated()) {
            return first((Message) field.getValue(), at);
        }
        for (var element : (List<?>) field.getValue()) {
            var found = first((Message) element, at + name(key, (Message) element));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** Entries of maps are messages with a key and a value. */
    private static String name(FieldDescriptor field, Message element) {
        return field.isMapField()
                ? "." + element.getField(field.getMessageType().findFieldByName("key"))
                : "";
    }
}
