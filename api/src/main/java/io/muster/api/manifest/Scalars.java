package io.muster.api.manifest;

import io.muster.api.tree.Origin;
import java.util.Set;
import java.util.regex.Pattern;

/** What a scalar without quotes and tags means: the core schema of YAML 1.2, chapter 10.3. */
final class Scalars {
    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUTH =
            Set.of("true", "True", "TRUE", "false", "False", "FALSE");
    private static final Pattern NUMBER =
            Pattern.compile(
                    "[-+]?[0-9]+"
                            + "|0o[0-7]+"
                            + "|0x[0-9a-fA-F]+"
                            + "|[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"
                            + "|[-+]?(\\.inf|\\.Inf|\\.INF)"
                            + "|\\.nan|\\.NaN|\\.NAN");

    private Scalars() {}

    static Origin.Scalar meaning(String plain) {
        if (NOTHING.contains(plain)) {
            return Origin.Scalar.NOTHING;
        }
        if (TRUTH.contains(plain)) {
            return Origin.Scalar.TRUTH;
        }
        return NUMBER.matcher(plain).matches() ? Origin.Scalar.NUMBER : Origin.Scalar.TEXT;
    }
}
