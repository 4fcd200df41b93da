package io.muster.api.manifest;

import io.muster.api.outcome.Problem;
import io.muster.api.tree.Node;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Follows the path of a problem into the tree of a file, as far as it goes. */
record FieldPlaces(Node tree, Positions positions) implements Manifest.Places {
    private static final String ROOT = "desiredState.";
    private static final Pattern STEP = Pattern.compile("\\[([0-9]{1,9})]|[^.\\[\\]]+");

    @Override
    public Problem located(Problem problem) {
        var path =
                problem.where().startsWith(ROOT)
                        ? problem.where().substring(ROOT.length())
                        : problem.where();
        return new Problem(place(path) + ": " + path, problem.what(), problem.remedy());
    }

    @Override
    public String place(String path) {
        var node = tree;
        var place = positions.place(tree);
        for (var step : STEP.matcher(path).results().toList()) {
            var child = child(node, step);
            if (child.isEmpty()) {
                return place; // the field itself was not written
            }
            place =
                    node instanceof Node.Entries map
                            ? positions.place(map, step.group())
                            : positions.place(child.get());
            node = child.get();
        }
        return place;
    }

    private static Optional<Node> child(Node node, MatchResult step) {
        return switch (node) {
            case Node.Entries(var entries) -> Optional.ofNullable(entries.get(step.group()));
            case Node.Items(var items) -> items.stream().skip(index(step)).findFirst();
            case Node.Text _, Node.Whole _ -> Optional.empty();
        };
    }

    private static int index(MatchResult step) {
        return step.group(1) == null ? Integer.MAX_VALUE : Integer.parseInt(step.group(1));
    }
}
