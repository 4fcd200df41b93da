package io.muster.simulators.scenario;

import io.muster.api.name.Names;
import io.muster.api.outcome.Nearest;
import io.muster.api.outcome.Problem;
import io.muster.api.tree.Node;
import io.muster.api.tree.Origin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A map of a scenario, whose keys are taken one after the other; {@link #end} complains about those
 * that nobody has asked for. What returns nothing has complained, unless the key is not there.
 */
final class Fields {
    private final Node.Entries map;
    private final String path;
    private final Origin origin;
    private final List<Problem> problems;
    private final TreeSet<String> asked = new TreeSet<>();

    Fields(Node.Entries map, String path, Origin origin, List<Problem> problems) {
        this.map = map;
        this.path = path;
        this.origin = origin;
        this.problems = problems;
    }

    /** Returns where this map was written. */
    String where() {
        return join(origin.place(map), path);
    }

    boolean has(String key) {
        asked.add(key);
        return map.entries().containsKey(key);
    }

    /** Returns the keys, in their order. */
    List<String> keys() {
        return List.copyOf(map.entries().keySet());
    }

    Optional<Node> node(String key) {
        asked.add(key);
        return Optional.ofNullable(map.entries().get(key));
    }

    /** A map below this one. */
    Optional<Fields> fields(String key) {
        return node(key).flatMap(node -> fields(node, below(key)));
    }

    private Optional<Fields> fields(Node node, String itsPath) {
        if (node instanceof Node.Entries entries) {
            return Optional.of(new Fields(entries, itsPath, origin, problems));
        }
        problem(origin.place(node), itsPath, "is no map", "write keys and values below it");
        return Optional.empty();
    }

    /** Maps in a list below this one. */
    List<Fields> list(String key) {
        var found = new ArrayList<Fields>();
        var items = items(key);
        for (int i = 0; i < items.size(); i++) {
            fields(items.get(i), "%s[%d]".formatted(below(key), i)).ifPresent(found::add);
        }
        return found;
    }

    private List<Node> items(String key) {
        return switch (node(key).orElse(new Node.Items(List.of()))) {
            case Node.Items(var items) -> items;
            case Node node -> {
                problem(
                        origin.place(node),
                        below(key),
                        "is no list",
                        "write \"- \" before each item");
                yield List.of();
            }
        };
    }

    /** A text, a number or a truth as it was written. */
    Optional<String> text(String key) {
        return node(key).flatMap(node -> text(node, below(key)));
    }

    private Optional<String> text(Node node, String itsPath) {
        if (node instanceof Node.Text text && origin.scalar(text) != Origin.Scalar.NOTHING) {
            return Optional.of(text.value());
        }
        problem(origin.place(node), itsPath, "has no single value", "write one behind the key");
        return Optional.empty();
    }

    /** One of a few words. */
    <T> Optional<T> word(String key, List<T> choices, Function<T, String> word) {
        var text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var found = choices.stream().filter(each -> word.apply(each).equals(text.get())).findAny();
        if (found.isEmpty()) {
            var words = choices.stream().map(word).sorted().toList();
            wrong(
                    key,
                    "\"%s\" is not known".formatted(text.get()),
                    Nearest.to(text.get(), words)
                                    .map(near -> "did you mean %s? ".formatted(near))
                                    .orElse("")
                            + "There are: "
                            + String.join(", ", words));
        }
        return found;
    }

    /** A time from zero on. */
    Optional<Duration> time(String key) {
        var text = text(key);
        var time = text.flatMap(ScenarioTimes::parse);
        if (text.isPresent() && time.isEmpty()) {
            wrong(key, "\"%s\" is no time".formatted(text.get()), ScenarioTimes.REMEDY);
        }
        return time;
    }

    /** A time in either direction. */
    Optional<Duration> shift(String key) {
        var text = text(key);
        var shift = text.flatMap(ScenarioTimes::parseShift);
        if (text.isPresent() && shift.isEmpty()) {
            wrong(
                    key,
                    "\"%s\" is no shift of time".formatted(text.get()),
                    "write it like 2h, or -90s");
        }
        return shift;
    }

    Optional<Integer> number(String key, int least, int most) {
        var text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            int number = Integer.parseInt(text.get());
            if (number >= least && number <= most) {
                return Optional.of(number);
            }
        } catch (NumberFormatException e) {
            return noNumber(key, text.get(), least, most);
        }
        return noNumber(key, text.get(), least, most);
    }

    private Optional<Integer> noNumber(String key, String text, int least, int most) {
        wrong(key, "\"%s\" is no number from %d to %d".formatted(text, least, most), "write one");
        return Optional.empty();
    }

    Optional<Double> rate(String key) {
        var text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.get().matches("0(\\.[0-9]{1,9})?|1(\\.0{1,9})?")) {
            return Optional.of(Double.parseDouble(text.get()));
        }
        wrong(key, "\"%s\" is no rate".formatted(text.get()), "write one from 0 to 1, such as 0.2");
        return Optional.empty();
    }

    /** The name of an agent or of a workload. */
    Optional<String> name(String key) {
        return text(key).filter(text -> isName(origin.place(map, key), below(key), text));
    }

    /** Names in a list, at least one. */
    List<String> names(String key) {
        var names = new ArrayList<String>();
        var items = items(key);
        if (items.isEmpty() && node(key).orElse(map) instanceof Node.Items) {
            wrong(key, "is empty", "name at least one");
        }
        for (int i = 0; i < items.size(); i++) {
            var item = items.get(i);
            var itsPath = "%s[%d]".formatted(below(key), i);
            text(item, itsPath)
                    .filter(text -> isName(origin.place(item), itsPath, text))
                    .ifPresent(names::add);
        }
        return names;
    }

    private boolean isName(String place, String itsPath, String text) {
        if (!Names.isName(text)) {
            var complaint = Names.complaint(text).split("; ", 2);
            problem(
                    place,
                    itsPath,
                    "\"%s\" is no name: %s".formatted(text, complaint[0]),
                    complaint.length > 1 ? complaint[1] : "");
            return false;
        }
        return true;
    }

    /** Complains about a key that is there. */
    void wrong(String key, String what, String remedy) {
        problem(origin.place(map, key), below(key), what, remedy);
    }

    /** Complains about the map itself, such as what it lacks. */
    void lacks(String what, String remedy) {
        problem(origin.place(map), path, what, remedy);
    }

    /** Nothing else may be there. */
    void end() {
        for (var key : map.entries().keySet()) {
            if (!asked.contains(key)) {
                wrong(
                        key,
                        "means nothing here",
                        Nearest.to(key, asked)
                                .map(near -> "did you mean %s?".formatted(near))
                                .orElseGet(() ->
                                        "known here: "
                                                + asked.stream()
                                                        .collect(Collectors.joining(", "))));
            }
        }
    }

    private String below(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private void problem(String place, String itsPath, String what, String remedy) {
        problems.add(new Problem(join(place, itsPath), what, remedy));
    }

    private static String join(String place, String path) {
        return path.isEmpty() ? place : place + ": " + path;
    }
}
