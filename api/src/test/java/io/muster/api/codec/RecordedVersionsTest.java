package io.muster.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.muster.api.program.Version;
import io.muster.api.proto.ControlProto;
import io.muster.api.proto.LinkProto;
import io.muster.api.proto.RequestProto;
import io.muster.api.proto.StateProto;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each released version wrote is read today and means the same, and what this version writes
 * is what was recorded of it. {@code -Drecord=true} records it again.
 */
final class RecordedVersionsTest {
    private static final Recording CURRENT = Recording.of(Version.current());
    private static final String REMEDY =
            "version %s writes something else than what is recorded of it: if that is what you want, and the version is not released yet, record it again with -Drecord=true and look at the difference; else think of those that run it"
                    .formatted(Version.current());

    @BeforeAll
    static void record() throws Exception {
        if (Boolean.getBoolean("record")) {
            for (var kind : Kind.ALL) {
                CURRENT.write(kind, Recording.made(kind));
            }
        }
    }

    static List<Kind> kinds() {
        return Kind.ALL;
    }

    static List<Recording> versions() throws IOException {
        return Recording.all();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void this_version_writes_what_is_recorded_of_it(Kind kind) throws Exception {
        var made = Recording.made(kind);
        assertThat(CURRENT.kinds())
                .as("record this kind of message with -Drecord=true")
                .contains(kind.name());
        var recorded = CURRENT.bytes(kind.name());
        assertThat(messages(kind, made))
                .as(REMEDY)
                .containsExactlyElementsOf(messages(kind, recorded));
        if (kind.isExact()) {
            assertThat(made).as(REMEDY).containsExactlyElementsOf(recorded);
        }
    }

    private static List<Message> messages(Kind kind, List<byte[]> all) throws Exception {
        var messages = new ArrayList<Message>();
        for (var bytes : all) {
            messages.add(kind.message(bytes));
        }
        return messages;
    }

    @ParameterizedTest
    @MethodSource("versions")
    void every_version_is_read_and_means_what_it_meant(Recording version) throws Exception {
        assertThat(version.kinds()).isNotEmpty();
        for (var name : version.kinds()) {
            var kind = kind(name, version);
            var texts = version.texts(kind);
            var bytes = version.bytes(name);
            assertThat(bytes).hasSameSizeAs(texts);
            for (int i = 0; i < bytes.size(); i++) {
                var where = "%s of %s, number %d".formatted(name, version, i);
                assertThat(kind.message(bytes.get(i)))
                        .as(where + ": a field has another number or type than it had")
                        .isEqualTo(texts.get(i));
                var again = kind.message(kind.codec().again(bytes.get(i)));
                assertThat(lost(texts.get(i), again, ""))
                        .as(where + ": it is read and written without")
                        .isEmpty();
            }
        }
    }

    private static Kind kind(String name, Recording version) {
        return Kind.ALL.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseGet(() -> fail("%s of %s is not read any more".formatted(name, version)));
    }

    /** Says what of a message is not in another; that one may have more. */
    private static Optional<String> lost(Message message, Message other, String path) {
        for (var field : message.getAllFields().entrySet()) {
            var at = path + "/" + field.getKey().getName();
            var there = other.getField(field.getKey());
            var missing =
                    field.getValue() instanceof Message inner
                            ? lost(inner, (Message) there, at)
                            : field.getValue() instanceof List<?> list
                                    ? lost(list, (List<?>) there, at)
                                    : Objects.equals(field.getValue(), there)
                                            ? Optional.<String>empty()
                                            : Optional.of(at);
            if (missing.isPresent()) {
                return missing;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> lost(List<?> list, List<?> other, String path) {
        if (list.size() != other.size()) {
            return Optional.of(path);
        }
        for (int i = 0; i < list.size(); i++) {
            var at = path + "/" + i;
            if (list.get(i) instanceof Message inner) {
                var missing = lost(inner, (Message) other.get(i), at);
                if (missing.isPresent()) {
                    return missing;
                }
            } else if (!list.get(i).equals(other.get(i))) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    @Test
    void every_field_and_every_word_is_recorded() throws Exception {
        var fields = new HashSet<FieldDescriptor>();
        var words = new HashSet<EnumValueDescriptor>();
        for (var kind : Kind.ALL) {
            for (var bytes : CURRENT.bytes(kind.name())) {
                if (kind.wrapping() instanceof Kind.Enveloped) {
                    collect(LinkProto.DesiredEnvelope.parseFrom(bytes), fields, words);
                }
                collect(kind.message(bytes), fields, words);
            }
        }
        var missing = new TreeSet<String>();
        for (var type : types()) {
            for (var field : type.getFields()) {
                if (!fields.contains(field)) {
                    missing.add(field.getFullName());
                }
                if (field.getJavaType() == FieldDescriptor.JavaType.ENUM) {
                    field.getEnumType().getValues().stream()
                            .filter(word -> word.getNumber() != 0 && !words.contains(word))
                            .forEach(word -> missing.add(word.getFullName()));
                }
            }
        }
        assertThat(missing).as("nothing of it is recorded: see Exemplars").isEmpty();
    }

    private static void collect(
            Message message, Set<FieldDescriptor> fields, Set<EnumValueDescriptor> words) {
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            fields.add(field.getKey());
            var values =
                    field.getValue() instanceof List<?> list ? list : List.of(field.getValue());
            for (var value : values) {
                if (value instanceof Message inner) {
                    collect(inner, fields, words);
                } else if (value instanceof EnumValueDescriptor word) {
                    words.add(word);
                }
            }
        }
    }

    private static List<Descriptor> types() {
        return Stream.of(
                        StateProto.getDescriptor(),
                        RequestProto.getDescriptor(),
                        LinkProto.getDescriptor(),
                        ControlProto.getDescriptor())
                .flatMap(file -> file.getMessageTypes().stream())
                .toList();
    }
}
