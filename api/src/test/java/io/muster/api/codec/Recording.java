package io.muster.api.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The messages of one version, kept for good: of each kind one file of bytes, each message behind
 * its length as a varint, and one for people, with the same in protobuf's text format.
 */
record Recording(Path folder) {
    private static final Path ALL = Path.of("src/test/recorded");
    private static final String BETWEEN = "# ----\n";

    static Recording of(String version) {
        return new Recording(ALL.resolve(version));
    }

    /** All versions that are kept. */
    static List<Recording> all() throws IOException {
        try (var folders = Files.list(ALL)) {
            return folders.sorted().map(Recording::new).toList();
        }
    }

    /** What the programs write now: exemplars as they are once they were read and written. */
    static List<byte[]> made(Kind kind) throws MalformedMessage {
        var made = new ArrayList<byte[]>();
        for (var exemplar : kind.exemplars()) {
            made.add(kind.codec().again(kind.wrapping().wrap(exemplar)));
        }
        return made;
    }

    /** The names of the kinds that are there. */
    List<String> kinds() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".bin"))
                    .map(name -> name.substring(0, name.length() - ".bin".length()))
                    .sorted()
                    .toList();
        }
    }

    List<byte[]> bytes(String kind) throws IOException {
        var in = CodedInputStream.newInstance(Files.readAllBytes(folder.resolve(kind + ".bin")));
        var messages = new ArrayList<byte[]>();
        while (!in.isAtEnd()) {
            messages.add(in.readByteArray());
        }
        return messages;
    }

    /** What people read, read by a machine with the names of today. */
    List<Message> texts(Kind kind) throws IOException {
        var messages = new ArrayList<Message>();
        for (var text : Files.readString(folder.resolve(kind + ".txt")).split(BETWEEN, -1)) {
            var message = kind.prototype().newBuilderForType();
            TextFormat.merge(text, message);
            messages.add(message.build());
        }
        return messages;
    }

    void write(Kind kind, List<byte[]> messages) throws Exception {
        Files.createDirectories(folder);
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        var texts = new ArrayList<String>();
        for (var message : messages) {
            out.writeByteArrayNoTag(message);
            texts.add(TextFormat.printer().printToString(kind.message(message)));
        }
        out.flush();
        Files.write(folder.resolve(kind + ".bin"), bytes.toByteArray());
        Files.writeString(
                folder.resolve(kind + ".txt"), texts.stream().collect(Collectors.joining(BETWEEN)));
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
