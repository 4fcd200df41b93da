package io.muster.api.program;

import io.muster.api.program.Complaints.Complaint;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The arguments of a program, together with what environment and configuration file say instead.
 *
 * <p>The parser ends at the first value that makes no sense: so it begins again without that one,
 * until it has found them all.
 */
final class Arguments {
    private static final int MOST = 100;
    private static final String PICOCLI_PREFIX = "Invalid value for ";

    private final CommandLine line;
    private final Origins origins;
    private final ProgramDefaults defaults;
    private final List<String> left;

    Arguments(CommandLine line, Origins origins, ProgramDefaults defaults) {
        this.line = line;
        this.origins = origins;
        this.defaults = defaults;
        this.left = new ArrayList<>(origins.arguments());
    }

    /** Returns all that is wrong with them. */
    List<ProgramFailure> problems() {
        var problems = new ArrayList<ProgramFailure>();
        while (problems.size() < MOST) {
            try {
                line.parseArgs(left.toArray(String[]::new));
                if (line.getCommand() instanceof Complaints.Judge judge && !asksForHelp()) {
                    problems.addAll(judged(judge));
                }
                break;
            } catch (ParameterException e) {
                problems.add(located(e, origins));
                if (!isLeftOut(e)) {
                    break;
                }
            }
        }
        defaults.useAll();
        return problems;
    }

    private boolean asksForHelp() {
        return line.isUsageHelpRequested() || line.isVersionHelpRequested();
    }

    private List<ProgramFailure> judged(Complaints.Judge judge) {
        var complaints = new Complaints();
        judge.judge(complaints);
        return complaints.all().stream().map(this::located).toList();
    }

    private ProgramFailure located(Complaint complaint) {
        return complaint.option().isEmpty()
                ? ProgramFailure.misuse(complaint.what())
                : origins.wrong(
                        line.getCommandSpec().findOption(complaint.option()), complaint.what());
    }

    /** Says where a value stands that makes no sense. */
    static ProgramFailure located(ParameterException e, Origins origins) {
        var text = String.valueOf(e.getMessage());
        if (e instanceof MissingParameterException
                || !(e.getArgSpec() instanceof OptionSpec option)) {
            return ProgramFailure.misuse(text);
        }
        int reason = text.startsWith(PICOCLI_PREFIX) ? text.indexOf("': ") : -1;
        return origins.wrong(
                option,
                reason < 0 ? text : text.substring(reason + "': ".length()) + remedy(option));
    }

    private static String remedy(OptionSpec option) {
        var type = option.typeInfo().getType();
        return type == int.class
                ? "; write a whole number"
                : type == boolean.class ? "; write true or false" : "";
    }

    /** Leaves out what was wrong, and says whether that was possible. */
    private boolean isLeftOut(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return left.removeAll(unmatched.getUnmatched());
        }
        if (e instanceof MissingParameterException
                || !(e.getArgSpec() instanceof OptionSpec option)) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            var word = left.get(i);
            if (Stream.of(option.names()).anyMatch(word::equals)) {
                left.remove(i);
                if (i < left.size() && !isFlag(option)) {
                    left.remove(i);
                }
                return true;
            }
            if (Stream.of(option.names()).anyMatch(name -> Origins.isJoined(word, name))) {
                left.remove(i);
                return true;
            }
        }
        return defaults.ignore(option);
    }

    private static boolean isFlag(OptionSpec option) {
        return option.arity().max() == 0;
    }
}
