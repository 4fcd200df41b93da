package io.muster.api.state;

/** A file that is mounted into a workload, read-only. */
public sealed interface WorkloadFile {
    /** Returns the absolute path inside the workload. */
    String mountPoint();

    /**
     * A file of text.
     *
     * @param data templated
     */
    record TextFile(String mountPoint, String data) implements WorkloadFile {}

    /**
     * A file of bytes.
     *
     * @param binaryData base64 text, templated
     */
    record BinaryFile(String mountPoint, String binaryData) implements WorkloadFile {}
}
