package io.muster.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.muster.api.proto.ControlProto;
import io.muster.api.proto.RequestProto;
import io.muster.api.proto.StateProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Our messages are those of Ankaios' published SDK, field by field: names, numbers, types, labels,
 * oneofs, enum values. What we add is out of its way.
 */
@Tag("network")
final class PublishedSdkTest {
    private static final int FIRST_OWN = 1000;

    /** What Ankaios 1.1 added; the newest published SDK is of 1.0. */
    private static final Map<String, Set<Integer>> LATER = Map.of("CompleteState", Set.of(4));

    private static PublishedSdk sdk;

    @BeforeAll
    static void download() throws Exception {
        sdk = PublishedSdk.download();
    }

    @Test
    void has_the_same_states_and_requests() {
        compare(
                sdk.descriptor("ank_base"),
                List.of(
                        StateProto.getDescriptor().toProto(),
                        RequestProto.getDescriptor().toProto()));
    }

    @Test
    void has_the_same_control_interface() {
        compare(sdk.descriptor("control_api"), List.of(ControlProto.getDescriptor().toProto()));
    }

    private static void compare(FileDescriptorProto published, List<FileDescriptorProto> ours) {
        var theirMessages = messages(Stream.of(published));
        var ourMessages = messages(ours.stream());
        assertThat(ourMessages.keySet()).containsAll(theirMessages.keySet());
        assertThat(theirMessages).isNotEmpty();
        theirMessages.forEach((name, message) -> {
            var our = ourMessages.getOrDefault(name, DescriptorProto.getDefaultInstance());
            var shared = fields(our, false);
            shared.keySet().removeAll(LATER.getOrDefault(name, Set.of()));
            assertThat(shared).as(name).isEqualTo(fields(message, true));
        });

        var theirEnums = enums(Stream.of(published));
        var ourEnums = enums(ours.stream());
        theirEnums.forEach((name, values) -> assertThat(ourEnums).containsEntry(name, values));
    }

    private static SortedMap<String, DescriptorProto> messages(Stream<FileDescriptorProto> files) {
        var messages = new TreeMap<String, DescriptorProto>();
        files.flatMap(file -> file.getMessageTypeList().stream())
                .forEach(message -> add(message, "", messages));
        return messages;
    }

    private static void add(
            DescriptorProto message, String outer, Map<String, DescriptorProto> messages) {
        var name = outer + message.getName();
        messages.put(name, message);
        message.getNestedTypeList().forEach(nested -> add(nested, name + ".", messages));
    }

    /** Writes each field as a line; our own ones only if they are in the way. */
    private static SortedMap<Integer, String> fields(DescriptorProto message, boolean theirs) {
        return message.getFieldList().stream()
                .filter(field -> theirs || field.getNumber() < FIRST_OWN)
                .collect(
                        Collectors.toMap(
                                FieldDescriptorProto::getNumber,
                                field -> line(message, field),
                                (a, b) -> a + " and " + b,
                                TreeMap::new));
    }

    private static String line(DescriptorProto message, FieldDescriptorProto field) {
        var words = new ArrayList<String>();
        words.add(field.getLabel().name());
        words.add(field.getProto3Optional() ? "optional" : "");
        words.add(field.getType().name());
        words.add(
                field.getTypeName().replaceFirst("^\\.(ank_base|control_api|muster\\.v1)\\.", ""));
        words.add(field.getName());
        words.add(field.getJsonName().isEmpty() ? "" : field.getJsonName());
        if (field.hasOneofIndex() && !field.getProto3Optional()) {
            words.add("in " + message.getOneofDecl(field.getOneofIndex()).getName());
        }
        words.add(message.getOptions().getMapEntry() ? "of a map" : "");
        return words.stream().filter(word -> !word.isEmpty()).collect(Collectors.joining(" "));
    }

    private static SortedMap<String, Map<String, Integer>> enums(
            Stream<FileDescriptorProto> files) {
        Function<EnumDescriptorProto, Map<String, Integer>> values =
                type -> {
                    var numbers = new TreeMap<String, Integer>();
                    type.getValueList()
                            .forEach(value -> numbers.put(value.getName(), value.getNumber()));
                    return numbers;
                };
        return files.flatMap(file -> file.getEnumTypeList().stream())
                .collect(
                        Collectors.toMap(
                                EnumDescriptorProto::getName, values, (a, b) -> a, TreeMap::new));
    }
}
