package dev.tiergate.plugin.header;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;

/** Values are compared as they are, names without regard to case. */
final class HeaderCheck implements Check {

    private static final Reason HEADER_REQUIRED = Reason.forbidden("header_required");
    private static final Reason HEADER_FORBIDDEN = Reason.forbidden("header_forbidden");

    private final HeaderConfig config;

    HeaderCheck(HeaderConfig config) {
        this.config = config;
    }

    @Override
    public Future<Decision> ask(Call call) {
        return Future.succeededFuture(decide(call.headers()));
    }

    private Decision decide(MultiMap headers) {
        for (var rule : config.require().entrySet()) {
            if (!holds(headers, rule.getKey(), rule.getValue())) {
                return Refuse.of(HEADER_REQUIRED, "The header " + rule.getKey() + " is missing or has another value");
            }
        }
        for (var rule : config.forbid().entrySet()) {
            if (holds(headers, rule.getKey(), rule.getValue())) {
                return Refuse.of(HEADER_FORBIDDEN, "The header " + rule.getKey() + " is not allowed with this value");
            }
        }
        return Allow.plain();
    }

    private static boolean holds(MultiMap headers, String name, String value) {
        return value.equals(HeaderConfig.ANY)
                ? headers.contains(name)
                : headers.getAll(name).contains(value);
    }
}
