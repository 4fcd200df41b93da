package io.muster.api.template;

import io.muster.api.name.WorkloadName;
import io.muster.api.outcome.Outcome;
import io.muster.api.outcome.Problem;
import io.muster.api.state.ConfigItem;
import io.muster.api.state.Workload;
import io.muster.api.state.WorkloadFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Renders workloads: {@code agent}, {@code runtimeConfig} and the contents of {@code files}, from
 * the configs that the workload names, each under its alias.
 *
 * <p>Only workloads that name configs are rendered; in others {@code {{...}}} is text. What comes
 * out names no configs any more.
 *
 * <p>Pure, for any thread. Ends soon whatever the templates say: depth, steps and the length of the
 * result are bounded. Values are texts, lists and maps; neither files nor Java can be reached.
 */
public final class WorkloadTemplates {
    private WorkloadTemplates() {}

    /**
     * Renders one workload.
     *
     * @param configs all there are, by name
     * @return the workload without configs, or every field that failed and every config that is
     *     missing, even if no template uses it
     */
    public static Outcome<Workload> render(
            WorkloadName name, Workload workload, Map<String, ConfigItem> configs) {
        if (workload.configs().isEmpty()) {
            return Outcome.accepted(workload);
        }
        var path = "desiredState.workloads." + name + ".";
        var values = new TreeMap<String, ConfigItem>();
        var problems = new ArrayList<Problem>();
        workload.configs()
                .forEach((alias, config) -> {
                    var item = configs.get(config);
                    if (item == null) {
                        problems.add(missingConfig(name, alias, config));
                    } else {
                        values.put(alias, item);
                    }
                });
        if (!problems.isEmpty()) {
            return Outcome.refused(problems);
        }
        var fields = new Fields(path, values, problems, _ -> true);
        var agent = fields.render("agent", "agent", workload.agent());
        var runtimeConfig =
                fields.render("runtimeConfig", "runtimeConfig", workload.runtimeConfig());
        var files = fields.files(workload.files());
        return problems.isEmpty()
                ? Outcome.accepted(workload.rendered(agent, runtimeConfig, files))
                : Outcome.refused(problems);
    }

    /**
     * Tells what is wrong with the templates of a workload whatever the configs hold that are not
     * known: templates that may draw from those are only parsed.
     *
     * @param configs all that are known, by name
     * @param knowsNames whether it is known from which configs the workload draws
     */
    public static List<Problem> problems(
            WorkloadName name,
            Workload workload,
            Map<String, ConfigItem> configs,
            boolean knowsNames) {
        if (workload.configs().isEmpty() && knowsNames) {
            return List.of();
        }
        var values = new TreeMap<String, ConfigItem>();
        var unknown = new ArrayList<String>();
        workload.configs()
                .forEach((alias, config) -> {
                    var item = configs.get(config);
                    if (item == null) {
                        unknown.add(alias);
                    } else {
                        values.put(alias, item);
                    }
                });
        var problems = new ArrayList<Problem>();
        var fields =
                new Fields(
                        "desiredState.workloads." + name + ".",
                        values,
                        problems,
                        text ->
                                knowsNames
                                        && unknown.stream()
                                                .noneMatch(
                                                        alias -> FieldTemplate.names(text, alias)));
        fields.render("agent", "agent", workload.agent());
        fields.render("runtimeConfig", "runtimeConfig", workload.runtimeConfig());
        fields.files(workload.files());
        return problems;
    }

    /** What is wrong with a workload that names a config that is not there. */
    public static Problem missingConfig(WorkloadName name, String alias, String config) {
        return new Problem(
                "desiredState.workloads." + name + ".configs." + alias,
                "Workload references config key '%s' that does not exist".formatted(config),
                "add it to configs, or name one that is there");
    }

    /**
     * Renders the fields of one workload.
     *
     * @param known whether all is known that a template needs; others are only parsed
     */
    private record Fields(
            String path,
            Map<String, ConfigItem> values,
            List<Problem> problems,
            Predicate<String> known) {
        String render(String key, String field, String text) {
            var result =
                    known.test(text)
                            ? FieldTemplate.render(path + key, field, text, values)
                            : FieldTemplate.parse(path + key, field, text);
            return switch (result) {
                case Outcome.Accepted<String>(var rendered) -> rendered;
                case Outcome.Refused<String>(var why) -> {
                    problems.addAll(why);
                    yield "";
                }
            };
        }

        List<WorkloadFile> files(List<WorkloadFile> files) {
            var rendered = new ArrayList<WorkloadFile>();
            for (int i = 0; i < files.size(); i++) {
                var file = files.get(i);
                var field = "files with mount point " + file.mountPoint();
                var key = "files[%d].".formatted(i);
                rendered.add(
                        switch (file) {
                            case WorkloadFile.TextFile(var mountPoint, var data) ->
                                    new WorkloadFile.TextFile(
                                            mountPoint, render(key + "data", field, data));
                            case WorkloadFile.BinaryFile(var mountPoint, var data) ->
                                    new WorkloadFile.BinaryFile(
                                            mountPoint, render(key + "binaryData", field, data));
                        });
            }
            return rendered;
        }
    }
}
