package dev.tiergate.plugin.validator;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.validator.ValidatorConfig.Fact;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the service is told of a request: the facts of the key, as JSON. Two requests with the same text are the same to it. */
final class Question {

    private Question() {}

    static String of(Call call, Set<Fact> key) {
        var facts = new JsonObject();
        for (var fact : key) {
            facts.put(fact.name().toLowerCase(Locale.ROOT), value(call, fact));
        }
        return facts.encode();
    }

    private static @Nullable Object value(Call call, Fact fact) {
        return switch (fact) {
            case STORE -> call.caller().store();
            case USER -> call.caller().user();
            case ROLES -> new JsonArray(call.caller().roles().stream().sorted().toList());
            case TIER -> call.entitlements().tier().code();
            case FEATURE -> call.feature().orElse(null);
            case ROUTE -> call.routeId();
            case METHOD -> call.method();
            case PATH -> call.path();
        };
    }
}
