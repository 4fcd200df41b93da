package io.muster.server.hook;

import java.nio.file.Path;
import java.time.Duration;

/**
 * A program that looks at each update.
 *
 * @param name for messages
 * @param priority the lowest comes first
 * @param program an executable file
 * @param timeout after which it is killed, and the update refused
 */
public record Hook(String name, int priority, Path program, Duration timeout) {}
