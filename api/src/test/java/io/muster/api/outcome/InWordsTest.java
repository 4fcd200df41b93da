package io.muster.api.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.BufferOverflowException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class InWordsTest {
    static Stream<Arguments> are_no_names_of_classes() {
        return Stream.of(
                Arguments.of(new NoSuchFileException("/a"), "there is no such file or folder"),
                Arguments.of(new AccessDeniedException("/a"), "this user may not do that"),
                Arguments.of(
                        new FileAlreadyExistsException("/a"),
                        "something else has this name already"),
                Arguments.of(new NotDirectoryException("/a"), "it is no folder"),
                Arguments.of(
                        new FileSystemException("/a", null, "No space left on device"),
                        "no space left on device"),
                Arguments.of(new FileSystemException("/a"), "the file system refused that"),
                Arguments.of(
                        new FileSystemException("/a", null, ""), "the file system refused that"),
                Arguments.of(new MalformedInputException(1), "it is no text in UTF-8"),
                Arguments.of(new ClosedChannelException(), "the connection was closed"),
                Arguments.of(new AsynchronousCloseException(), "the connection was closed"),
                Arguments.of(new EOFException(), "it ended too early"),
                Arguments.of(new UnknownHostException("x"), "its name cannot be looked up"),
                Arguments.of(new TimeoutException(), "it took too long"),
                Arguments.of(new SocketTimeoutException("Read timed out"), "Read timed out"),
                Arguments.of(new ConnectException("Connection refused"), "Connection refused"),
                Arguments.of(
                        new IOException("java.net.ConnectException: Connection refused"),
                        "Connection refused"),
                Arguments.of(new IOException(new ClosedChannelException()), "io"),
                Arguments.of(new BufferOverflowException(), "buffer overflow"),
                Arguments.of(new IOException(" "), "io"));
    }

    @ParameterizedTest
    @MethodSource
    void are_no_names_of_classes(Throwable failure, String words) {
        assertThat(InWords.of(failure)).isEqualTo(words);
    }
}
