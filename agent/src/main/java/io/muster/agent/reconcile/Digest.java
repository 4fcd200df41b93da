package io.muster.agent.reconcile;

import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile.BinaryFile;
import io.muster.api.state.WorkloadFile.TextFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The digest of everything a container is made of. What is not in it (tags, dependencies, restart
 * policy, rules) changes without a restart.
 *
 * <p>It is kept in labels of containers that outlive the agent: a change here replaces every
 * workload at the agent's next update.
 */
public final class Digest {
    private final MessageDigest sha;

    private Digest() {
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns 64 lower-case hex digits. */
    public static String of(Workload workload) {
        var digest = new Digest();
        digest.add(workload.runtime());
        digest.add(workload.runtimeConfig());
        // the interface is mounted only for a workload that is allowed something
        digest.add(
                workload.controlInterfaceAccess().grantsAny()
                        ? "control interface"
                        : "no control interface");
        for (var file : workload.files()) {
            digest.add(file.mountPoint());
            switch (file) {
                case TextFile(_, var data) -> {
                    digest.add("text");
                    digest.add(data);
                }
                case BinaryFile(_, var data) -> {
                    digest.add("binary");
                    digest.add(data);
                }
            }
        }
        return HexFormat.of().formatHex(digest.sha.digest());
    }

    /** Adds a text with its length, so that no two lists of texts give the same bytes. */
    private void add(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        sha.update(bytes);
    }
}
