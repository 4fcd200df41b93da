package io.muster.cli.command;

import io.muster.api.path.FieldMask;
import io.muster.api.path.MaskReader;
import io.muster.api.request.Response.AlteredFields;
import io.muster.api.request.Response.StateAnswer;
import io.muster.api.tree.Node;
import io.muster.api.tree.StateTree;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is printed of an event, or of a state without one. Pure. */
final class EventDocument {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);
    private static final int STATE_FIELD = 5; // workloadStates, agent, workload, id, then the field

    private EventDocument() {}

    /** Returns all as it is. */
    static Node.Entries snapshot(StateAnswer answer) {
        var document = new LinkedHashMap<String, Node>();
        document.put("timestamp", time(answer));
        document.put("revision", new Node.Whole(answer.revision().value()));
        document.put("completeState", StateTree.printable(answer.state()));
        return new Node.Entries(document);
    }

    /** Returns what changed; empty if none of it is for users. */
    static Optional<Node.Entries> event(StateAnswer answer, AlteredFields altered) {
        var shown =
                new AlteredFields(
                        shown(altered.added()), shown(altered.updated()), shown(altered.removed()));
        if (shown.added().isEmpty() && shown.updated().isEmpty() && shown.removed().isEmpty()) {
            return Optional.empty();
        }
        var document = new LinkedHashMap<String, Node>();
        document.put("timestamp", time(answer));
        document.put("revision", new Node.Whole(answer.revision().value()));
        put(document, "addedFields", shown.added());
        put(document, "updatedFields", shown.updated());
        put(document, "removedFields", shown.removed());
        var state =
                shown.equals(altered)
                        ? answer.state()
                        : MaskReader.read(answer.state(), masks(shown));
        document.put("completeState", StateTree.printable(state));
        return Optional.of(new Node.Entries(document));
    }

    /** Leaves out our own field of execution states, which users never see. */
    private static List<String> shown(List<String> paths) {
        return paths.stream().filter(path -> !isOurs(path)).toList();
    }

    private static boolean isOurs(String path) {
        return path.startsWith("workloadStates.")
                && path.endsWith(".changedAt")
                && keys(path).size() == STATE_FIELD;
    }

    private static List<FieldMask> masks(AlteredFields altered) {
        var all = new ArrayList<FieldMask>();
        for (var paths : List.of(altered.added(), altered.updated(), altered.removed())) {
            paths.forEach(path -> all.add(new FieldMask(keys(path))));
        }
        return all;
    }

    private static List<String> keys(String path) {
        return List.of(path.split("\\.", -1));
    }

    private static Node time(StateAnswer answer) {
        return new Node.Text(TIME.format(answer.time().orElse(Instant.EPOCH)));
    }

    private static void put(Map<String, Node> document, String key, List<String> paths) {
        if (!paths.isEmpty()) {
            document.put(key, new Node.Items(paths.stream().<Node>map(Node.Text::new).toList()));
        }
    }
}
