package io.muster.api.runtime;

import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What an instance was given besides its runtimeConfig: of one that another system made (Ankaios),
 * neither its name nor a mark tells that.
 *
 * @param controlInterface whether it has the control interface
 * @param files digests of their content by mount point
 */
public record Furnishing(boolean controlInterface, SortedMap<String, String> files) {
    /** Of what cannot be decoded: no file has it. */
    private static final String NONE = "none";

    /** Copies the map. */
    public Furnishing {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /** Returns what an instance of a workload is given. */
    public static Furnishing of(Workload workload) {
        var files = new TreeMap<String, String>();
        for (var file : workload.files()) {
            files.put(place(file.mountPoint()), digest(file));
        }
        return new Furnishing(workload.controlInterfaceAccess().grantsAny(), files);
    }

    /** Returns the digest of a content, in lower-case hex. */
    public static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String digest(WorkloadFile file) {
        return switch (file) {
            case WorkloadFile.TextFile(_, var data) ->
                    digest(data.getBytes(StandardCharsets.UTF_8));
            case WorkloadFile.BinaryFile(_, var data) -> {
                try {
                    var text = data.lines().map(String::strip).collect(Collectors.joining());
                    yield digest(Base64.getDecoder().decode(text));
                } catch (IllegalArgumentException e) {
                    yield NONE; // who makes an instance of it says what is wrong
                }
            }
        };
    }

    /** Empty parts of a path and {@code .} mean nothing. */
    private static String place(String mountPoint) {
        return Arrays.stream(mountPoint.split("/", -1))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .collect(Collectors.joining("/", "/", ""));
    }
}
