package dev.tiergate.edge;

import dev.tiergate.plugin.Change;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Refuse;
import java.util.ArrayList;
import java.util.List;

/**
 * Why a request is another one than came in.
 *
 * @param refused the call as it came
 * @param by the check that refused it
 */
record Degraded(GatedCall refused, Refuse refusal, Check by, Change change) {

    /** The chain in which that check is not heard when it refuses for that reason again: the change answers it. */
    List<Check> sparing(List<Check> chain) {
        return SparedCheck.in(chain, by, refusal.reason());
    }

    /** What is changed, by name; values may be the client's. */
    String changed() {
        var names = new ArrayList<String>();
        change.query().keySet().forEach(name -> names.add("query " + name));
        change.upstreamHeaders().keySet().forEach(name -> names.add("header " + name));
        if (change.upstream() != null) {
            names.add("upstream " + change.upstream());
        }
        return String.join(", ", names);
    }
}
