package dev.tiergate.edge;

import dev.tiergate.plugin.Refuse;
import dev.tiergate.routes.GatingConfig.Denials;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * Refuses nobody, before the first client comes. Code that runs for the first time is loaded and linked then, which takes
 * longer than all that it does; on an event loop every request would wait for it, and just when a store went away.
 */
public final class Rehearsal {

    private static final List<String> READERS = List.of("application/json", "text/html");

    private Rehearsal() {}

    /** Away from the event loops, in each dialect and for each kind of reader. */
    public static Future<Void> of(Vertx vertx, Refuse refuse) {
        return vertx.executeBlocking(() -> {
            for (var dialect : Denials.Format.values()) {
                for (var reader : READERS) {
                    Refusals.render(refuse, context(new Denials(dialect, Denials.Html.PAGE), reader));
                }
            }
            return null;
        });
    }

    private static Refusals.Context context(Denials denials, String reader) {
        return new Refusals.Context("", null, null, denials, "", reader, false);
    }
}
