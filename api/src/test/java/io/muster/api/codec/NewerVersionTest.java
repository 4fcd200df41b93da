package io.muster.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.muster.api.control.FromWorkload;
import io.muster.api.control.ToWorkload;
import io.muster.api.request.Request;
import io.muster.api.request.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a newer version says with words that this one does not have: it is read without them, or
 * refused with a reason; never taken for something else, and never the end of who reads it.
 */
final class NewerVersionTest {
    private static final int NEW_NUMBER = 19_877;
    private static final int NEW_WORD = 77;

    private static final UnknownFieldSet NEWS =
            UnknownFieldSet.newBuilder()
                    .addField(NEW_NUMBER, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                    .addField(
                            NEW_NUMBER + 1,
                            UnknownFieldSet.Field.newBuilder().addFixed64(2).build())
                    .build();

    static List<Kind> kinds() {
        return Kind.ALL;
    }

    /** What became of reading; the reason if it was refused. */
    private record Read(Optional<Object> value, String why) {
        static Read of(Kind kind, Message message) {
            try {
                var value = kind.decode(kind.wrapping().wrap(message));
                return body(value) instanceof Request.Malformed(var why)
                        ? new Read(Optional.empty(), why)
                        : new Read(Optional.of(value), "");
            } catch (MalformedMessage e) {
                return new Read(Optional.empty(), String.valueOf(e.getMessage()));
            }
        }
    }

    private static Object body(Object value) {
        return switch (value) {
            case Request request -> request.body();
            case Response response -> response.body();
            case FromWorkload.Ask(var request) -> request.body();
            case ToWorkload.Answer(var response) -> response.body();
            default -> value;
        };
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void may_have_fields_that_are_new_at_every_depth(Kind kind) throws Exception {
        var places = new Places(NewerVersionTest::withNews);
        for (var bytes : Recording.made(kind)) {
            var before = kind.decode(bytes);
            for (var message : places.in(kind.message(bytes))) {
                assertThat(message.getSerializedSize()).isGreaterThan(0);
                var read = Read.of(kind, message);
                if (body(before) instanceof Request.UpdateState
                        && isWithin("UpdateState", message)) {
                    assertThat(read.why())
                            .contains("field number " + NEW_NUMBER, "update the server first");
                } else {
                    assertThat(read.value()).as(message::toString).contains(before);
                }
            }
        }
    }

    /** Whether the new field is in what asks for a change, not around it. */
    private static boolean isWithin(String type, Message message) {
        return message.getAllFields().values().stream()
                .flatMap(value ->
                        value instanceof List<?> list ? list.stream() : List.of(value).stream())
                .filter(Message.class::isInstance)
                .map(Message.class::cast)
                .anyMatch(inner ->
                        inner.getDescriptorForType().getName().startsWith(type)
                                ? hasNews(inner)
                                : isWithin(type, inner));
    }

    private static boolean hasNews(Message message) {
        return !message.getUnknownFields().asMap().isEmpty()
                || message.getAllFields().values().stream()
                        .flatMap(value ->
                                value instanceof List<?> list
                                        ? list.stream()
                                        : List.of(value).stream())
                        .anyMatch(value -> value instanceof Message inner && hasNews(inner));
    }

    private static Map<String, Message> withNews(Message message) {
        return message.getDescriptorForType().getOptions().getMapEntry()
                ? Map.of() // nothing but a key and a value
                : Map.of("", message.toBuilder().setUnknownFields(NEWS).build());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void is_refused_where_it_has_a_word_that_is_new(Kind kind) throws Exception {
        var places = new Places(NewerVersionTest::withNewWords);
        for (var bytes : Recording.made(kind)) {
            for (var message : places.in(kind.message(bytes))) {
                var read = Read.of(kind, message);
                if (read.value().isPresent()) {
                    // Whatever its reason is called: the request was not carried out.
                    assertThat(body(read.value().get()))
                            .as(message::toString)
                            .isInstanceOfSatisfying(
                                    Response.Refused.class,
                                    refused ->
                                            assertThat(refused.reason())
                                                    .isEqualTo(Response.Reason.REFUSED));
                } else {
                    assertThat(read.why()).contains("unknown ", " " + NEW_WORD);
                }
            }
        }
    }

    private static Map<String, Message> withNewWords(Message message) {
        var changed = new TreeMap<String, Message>();
        for (var field : message.getAllFields().entrySet()) {
            var key = field.getKey();
            if (key.getJavaType() != FieldDescriptor.JavaType.ENUM) {
                continue;
            }
            var word = key.getEnumType().findValueByNumberCreatingIfUnknown(NEW_WORD);
            changed.put(
                    key.getName(),
                    key.isRepeated()
                            ? message.toBuilder().setRepeatedField(key, 0, word).build()
                            : message.toBuilder().setField(key, word).build());
        }
        return changed;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void is_taken_for_nothing_else_where_it_has_something_that_is_new(Kind kind) throws Exception {
        var places = new Places(NewerVersionTest::withNewMember);
        for (var bytes : Recording.made(kind)) {
            for (var message : places.in(kind.message(bytes))) {
                var read = Read.of(kind, message);
                if (read.value().isEmpty()) {
                    assertThat(read.why()).isNotBlank();
                } else {
                    var again = kind.message(kind.codec().again(kind.wrapping().wrap(message)));
                    assertThat(members(again)).as(message::toString).isEqualTo(members(message));
                }
            }
        }
    }

    /** Instead of one member of a oneof, one that is not known here. */
    private static Map<String, Message> withNewMember(Message message) {
        var changed = new TreeMap<String, Message>();
        for (var field : message.getAllFields().keySet()) {
            if (field.getRealContainingOneof() != null) {
                changed.put(
                        field.getName(),
                        message.toBuilder().clearField(field).setUnknownFields(NEWS).build());
            }
        }
        return changed;
    }

    /** Counts the members of oneofs that are there. */
    private static int members(Message message) {
        int count = 0;
        for (var field : message.getAllFields().entrySet()) {
            if (field.getKey().getRealContainingOneof() != null) {
                count++;
            }
            var values =
                    field.getValue() instanceof List<?> list ? list : List.of(field.getValue());
            for (var value : values) {
                count += value instanceof Message inner ? members(inner) : 0;
            }
        }
        return count;
    }

    /** Ways to change a message itself, each with what it is about. */
    private interface Change {
        Map<String, Message> of(Message message);
    }

    /**
     * Changes messages of one kind in each way at each place within them. Elements of one list are
     * read alike, so that is one place.
     */
    private static final class Places {
        private final Set<String> seen = new HashSet<>();
        private final Change change;

        Places(Change change) {
            this.change = change;
        }

        List<Message> in(Message message) {
            return in(message, "");
        }

        private List<Message> in(Message message, String path) {
            var changed = new ArrayList<Message>();
            change.of(message)
                    .forEach((what, each) -> {
                        if (seen.add(path + "|" + what)) {
                            changed.add(each);
                        }
                    });
            for (var field : message.getAllFields().entrySet()) {
                var key = field.getKey();
                var below = path + "/" + key.getName();
                if (field.getValue() instanceof Message inner) {
                    in(inner, below)
                            .forEach(each ->
                                    changed.add(message.toBuilder().setField(key, each).build()));
                } else if (field.getValue() instanceof List<?> list) {
                    for (int i = 0; i < list.size(); i++) {
                        if (list.get(i) instanceof Message inner) {
                            int index = i;
                            in(inner, below)
                                    .forEach(each ->
                                            changed.add(
                                                    message.toBuilder()
                                                            .setRepeatedField(key, index, each)
                                                            .build()));
                        }
                    }
                }
            }
            return changed;
        }
    }
}
