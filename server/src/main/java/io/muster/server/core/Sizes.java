package io.muster.server.core;

import io.muster.api.state.ConfigItem;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;

/** How much room values take: an estimate in characters, cheap to compute. */
final class Sizes {
    private static final int ENTRY = 8;

    private Sizes() {}

    static long of(Workload workload) {
        long chars = workload.runtime().length() + (long) workload.runtimeConfig().length();
        for (var tag : workload.tags().entrySet()) {
            chars += tag.getKey().length() + tag.getValue().length() + ENTRY;
        }
        for (var config : workload.configs().entrySet()) {
            chars += config.getKey().length() + config.getValue().length() + ENTRY;
        }
        chars += 80L * workload.dependencies().size();
        for (var file : workload.files()) {
            chars += file.mountPoint().length() + contentOf(file).length() + 2 * ENTRY;
        }
        if (!workload.controlInterfaceAccess().isEmpty()) {
            chars += workload.controlInterfaceAccess().toString().length();
        }
        return chars;
    }

    static long of(ConfigItem item) {
        long chars = ENTRY;
        switch (item) {
            case ConfigItem.Text(var text) -> chars += text.length();
            case ConfigItem.Items(var items) -> {
                for (var each : items) {
                    chars += of(each);
                }
            }
            case ConfigItem.Fields(var fields) -> {
                for (var field : fields.entrySet()) {
                    chars += field.getKey().length() + of(field.getValue());
                }
            }
        }
        return chars;
    }

    private static String contentOf(WorkloadFile file) {
        return switch (file) {
            case WorkloadFile.TextFile text -> text.data();
            case WorkloadFile.BinaryFile binary -> binary.binaryData();
        };
    }
}
