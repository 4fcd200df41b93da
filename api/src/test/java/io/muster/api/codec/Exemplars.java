package io.muster.api.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes messages in which every field is there, every value of every enum, and every member of
 * every oneof: from what the protobuf files say, so that nobody has to remember what is new.
 */
final class Exemplars {
    /** What is not any text or number. Key: message and field. */
    private static final Map<String, Object> SPECIAL =
            Map.ofEntries(
                    Map.entry("LogsRequest.since", "2026-11-21T12:00:00Z"),
                    Map.entry("LogsRequest.until", "2026-11-21T13:00:00.5Z"),
                    Map.entry("HistoryEntry.requester", "client/alice"),
                    Map.entry("UpdateStateSuccess.addedWorkloads", "web.id.bow"),
                    Map.entry("UpdateStateSuccess.deletedWorkloads", "db.id.bow"),
                    Map.entry("DesiredState.node", "0123456789abcdef0123456789abcdef"),
                    Map.entry("AgentPresence.node", "0123456789abcdef0123456789abcdef"),
                    Map.entry("Frame.digest", ByteString.copyFrom(Digests.sha256(new byte[0]))),
                    Map.entry("Frame.index", 1),
                    Map.entry("Frame.count", 2));

    /** Fields of which a message has one. */
    private static final List<Set<String>> EITHER =
            List.of(
                    Set.of("LogsStart.client", "LogsStart.agent"),
                    Set.of("LogsEnd.client", "LogsEnd.agent"),
                    Set.of("ImagesStart.client", "ImagesStart.agent"),
                    Set.of("DesiredState.node", "DesiredState.former"));

    private static final int DEPTH = 2;
    private static final long NUMBER = 7;

    private Exemplars() {}

    /** As many as it takes. */
    static List<Message> of(Message prototype) {
        var all = new ArrayList<Message>();
        for (int i = 0; i < count(prototype.getDescriptorForType(), List.of()); i++) {
            all.add(message(prototype.newBuilderForType(), i, List.of()));
        }
        return all;
    }

    /** The field with those of which only one can be there. */
    private static List<FieldDescriptor> choice(FieldDescriptor field) {
        if (field.getRealContainingOneof() != null) {
            return field.getRealContainingOneof().getFields();
        }
        return EITHER.stream()
                .filter(set -> set.contains(name(field)))
                .findFirst()
                .map(set ->
                        field.getContainingType().getFields().stream()
                                .filter(each -> set.contains(name(each)))
                                .toList())
                .orElse(List.of(field));
    }

    private static String name(FieldDescriptor field) {
        return field.getContainingType().getName() + "." + field.getName();
    }

    private static boolean isDeep(FieldDescriptor field, List<Descriptor> above) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                && above.stream().filter(field.getMessageType()::equals).count() >= DEPTH;
    }

    private static Stream<List<FieldDescriptor>> choices(Descriptor type, List<Descriptor> above) {
        return type.getFields().stream()
                .map(Exemplars::choice)
                .distinct()
                .map(choice -> choice.stream().filter(field -> !isDeep(field, above)).toList())
                .filter(choice -> !choice.isEmpty());
    }

    private static List<Descriptor> below(Descriptor type, List<Descriptor> above) {
        return Stream.concat(above.stream(), Stream.of(type)).toList();
    }

    private static int count(Descriptor type, List<Descriptor> above) {
        return choices(type, below(type, above))
                .mapToInt(choice ->
                        choice.stream().mapToInt(field -> count(field, below(type, above))).sum())
                .max()
                .orElse(1);
    }

    private static int count(FieldDescriptor field, List<Descriptor> above) {
        return field.isRepeated() ? 1 : values(field, above);
    }

    private static int values(FieldDescriptor field, List<Descriptor> above) {
        return switch (field.getJavaType()) {
            case MESSAGE -> count(field.getMessageType(), above);
            case ENUM -> field.getEnumType().getValues().size();
            default -> 1;
        };
    }

    private static Message message(Message.Builder message, int variant, List<Descriptor> above) {
        var type = message.getDescriptorForType();
        var here = below(type, above);
        choices(type, here)
                .forEach(choice -> {
                    int sum = choice.stream().mapToInt(field -> count(field, here)).sum();
                    int left = variant % sum;
                    for (var field : choice) {
                        if (left < count(field, here)) {
                            set(message, field, left, here);
                            return;
                        }
                        left -= count(field, here);
                    }
                });
        return message.build();
    }

    private static void set(
            Message.Builder message, FieldDescriptor field, int variant, List<Descriptor> above) {
        if (field.isMapField()) {
            var entry = field.getMessageType();
            var value = entry.findFieldByName("value");
            for (int i = 0; i < values(value, above); i++) {
                message.addRepeatedField(
                        field,
                        message.newBuilderForField(field)
                                .setField(entry.findFieldByName("key"), field.getName() + i)
                                .setField(value, mapValue(message, field, value, i, above))
                                .build());
            }
        } else if (field.isRepeated()) {
            for (int i = 0; i < values(field, above); i++) {
                message.addRepeatedField(field, named(value(message, field, i, above), i));
            }
        } else {
            message.setField(field, value(message, field, variant, above));
        }
    }

    /** What has a name has one of its own in a list. */
    private static Object named(Object element, int index) {
        if (!(element instanceof Message message)) {
            return element;
        }
        var builder = message.toBuilder();
        for (var field : message.getAllFields().keySet()) {
            switch (name(field)) {
                case "AgentStep.agent" -> builder.setField(field, "agent" + index);
                case "AssignedWorkload.instanceName" -> {
                    var instance = builder.getFieldBuilder(field);
                    var workload = instance.getDescriptorForType().findFieldByName("workloadName");
                    instance.setField(workload, "web" + index);
                }
                default -> {}
            }
        }
        return builder.build();
    }

    private static Object mapValue(
            Message.Builder message,
            FieldDescriptor map,
            FieldDescriptor value,
            int variant,
            List<Descriptor> above) {
        if (value.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
            return scalar(value, variant);
        }
        var entry = message.newBuilderForField(map);
        return message(entry.newBuilderForField(value), variant, above);
    }

    private static Object value(
            Message.Builder message, FieldDescriptor field, int variant, List<Descriptor> above) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
                ? message(message.newBuilderForField(field), variant, above)
                : scalar(field, variant);
    }

    private static Object scalar(FieldDescriptor field, int variant) {
        var special = SPECIAL.get(name(field));
        if (special != null) {
            return special;
        }
        return switch (field.getJavaType()) {
            case BOOLEAN -> true;
            case INT -> (int) NUMBER;
            case LONG -> NUMBER;
            case STRING -> field.getName();
            case BYTE_STRING -> ByteString.copyFromUtf8(field.getName());
            case ENUM -> field.getEnumType().getValues().get(variant);
            case FLOAT, DOUBLE, MESSAGE ->
                    throw new IllegalArgumentException("no exemplar of " + field);
        };
    }
}
