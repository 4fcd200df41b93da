package io.muster.api.outcome;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Says in words what went wrong outside: files, connections, programs.
 *
 * <p>Many exceptions of the platform have no message, or no more in it than the name of a file, and
 * the name of a class is no word for people. The words fit behind a colon, and name no file: who
 * asks knows which one.
 */
public final class InWords {
    private static final Pattern CLASS_NAME =
            Pattern.compile("^(?:[a-z][A-Za-z0-9_]*\\.)+[A-Z][A-Za-z0-9_$]*(?:: ?|$)");
    private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
    private static final Pattern ENDING = Pattern.compile("(?:Exception|Error)$");

    private InWords() {}

    /** Returns the words for a failure. */
    public static String of(Throwable failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "there is no such file or folder";
            case AccessDeniedException _ -> "this user may not do that";
            case FileAlreadyExistsException _ -> "something else has this name already";
            case NotDirectoryException _ -> "it is no folder";
            case DirectoryNotEmptyException _ -> "the folder is not empty";
            case FileSystemLoopException _ -> "its links lead in a circle";
            case FileSystemException e when e.getReason() != null -> lower(e.getReason());
            case FileSystemException _ -> "the file system refused that";
            case CharacterCodingException _ -> "it is no text in UTF-8";
            case ClosedChannelException _ -> "the connection was closed";
            case EOFException _ -> "it ended too early";
            case UnknownHostException _, UnresolvedAddressException _ ->
                    "its name cannot be looked up";
            case TimeoutException _ -> "it took too long";
            case InterruptedException _ -> "it was interrupted";
            case InterruptedIOException e -> message(e, "it was interrupted");
            default -> message(failure, words(failure.getClass().getSimpleName()));
        };
    }

    /** Returns the words for a failure of the file system, with the file if it names one. */
    public static String withFile(IOException failure) {
        return failure instanceof FileSystemException e && e.getFile() != null
                ? e.getFile() + ": " + of(e)
                : of(failure);
    }

    private static String message(Throwable failure, String otherwise) {
        var message = failure.getMessage();
        if (message == null) {
            return otherwise;
        }
        var text = CLASS_NAME.matcher(message.strip()).replaceFirst("");
        return text.isBlank() ? otherwise : text;
    }

    /** The last resort: {@code BufferOverflowException} is "buffer overflow". */
    private static String words(String className) {
        var words = HUMP.split(ENDING.matcher(className).replaceFirst(""));
        var text = String.join(" ", words).toLowerCase(Locale.ROOT).strip();
        return text.isEmpty() ? "it failed" : text;
    }

    private static String lower(String reason) {
        return reason.isEmpty()
                ? "the file system refused that"
                : reason.substring(0, 1).toLowerCase(Locale.ROOT) + reason.substring(1);
    }
}
