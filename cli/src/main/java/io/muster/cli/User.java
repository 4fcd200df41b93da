package io.muster.cli;

import io.muster.api.program.StandardFolders;
import java.util.Map;
import java.util.function.Supplier;

/** Who runs this process, as the system knows it: the environment may say anything, or nothing. */
final class User {
    private static final String UNKNOWN = "?"; // what Java says of a number without a name

    private User() {}

    /** Returns the name of whoever runs this process, or the number if there is no name. */
    static String name() {
        return name(System.getProperty("user.name", ""), () -> StandardFolders.of(Map.of()).user());
    }

    static String name(String name, Supplier<String> number) {
        return name.isBlank() || name.equals(UNKNOWN) ? "uid" + number.get() : name;
    }
}
