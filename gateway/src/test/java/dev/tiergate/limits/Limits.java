package dev.tiergate.limits;

import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.StoreRef;
import dev.tiergate.routes.Route.Charge.On;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What the tests count. */
final class Limits {

    private static final AtomicLong STORES = new AtomicLong();
    static final Instant ANCHOR = Instant.parse("2024-01-31T10:30:00Z");

    private Limits() {}

    static Limit limit(String code, Limit.Window window, long value) {
        return new Limit(code, "basic", code, window, Limit.Scope.STORE, value);
    }

    static Limit perUser(String code, Limit.Window window, long value) {
        return new Limit(code, "basic", code, window, Limit.Scope.USER, value);
    }

    /** A store that no other test uses. */
    static StoreRef store() {
        return store(ZoneOffset.UTC);
    }

    static StoreRef store(ZoneId zone) {
        String id = "store-" + ProcessHandle.current().pid() + '-' + STORES.incrementAndGet();
        return new StoreRef(id, "code", "Name", "orion", zone, ANCHOR);
    }

    static Subject subject() {
        return new Subject(store(), null, false);
    }

    static Subject subject(StoreRef store, @Nullable String user) {
        return new Subject(store, user, false);
    }

    static ChargeRequest.Line line(Limit limit, long units) {
        return new ChargeRequest.Line(limit, units, On.ATTEMPT);
    }

    static ChargeRequest one(Subject subject, Limit... limits) {
        List<ChargeRequest.Line> lines =
                Arrays.stream(limits).map(limit -> line(limit, 1)).toList();
        return new ChargeRequest(subject, lines);
    }
}
