package dev.tiergate.plugin.testkit;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Change;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Fallback;
import dev.tiergate.plugin.OpenRequest;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.PluginContext;
import dev.tiergate.plugin.Reason;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A check that does one thing wrong. Most faults show with few requests only, as they do in life. */
final class FaultyCheck implements Check, AutoCloseable {

    private static final long A_MOMENT = Duration.ofMillis(1).toNanos();
    private static final long TOO_LONG = Duration.ofMillis(150).toNanos();

    private static final int ENOUGH = 10;
    private static final int MEBIBYTE = 1 << 20;
    private static final long AN_HOUR_MILLIS = Duration.ofHours(1).toMillis();

    private static final AtomicInteger ASKED = new AtomicInteger();
    private static final AtomicBoolean CLOSED = new AtomicBoolean();

    private final @Nullable Fault fault;
    private final @Nullable PluginContext context;
    private final int askedBefore = ASKED.get();
    private boolean asked;
    private boolean repents;

    FaultyCheck(@Nullable Fault fault, @Nullable PluginContext context) {
        this.fault = fault;
        this.context = context;
        CLOSED.set(false);
        if (fault == Fault.STAYS_ON_A_TIMER) {
            context.vertx().setPeriodic(AN_HOUR_MILLIS, tick -> asked = true);
        } else if (fault == Fault.LEAVES_THREADS && !context.routeId().isEmpty()) {
            var thread = new Thread(LockSupport::park, "left by a check");
            thread.setDaemon(true);
            thread.start();
        }
    }

    @Override
    public Future<Decision> ask(Call call) {
        var first = !asked;
        asked = true;
        if (fault == null) {
            return decided(call);
        }
        return switch (fault) {
            case THROWS ->
                Future.succeededFuture(refuse("not as " + call.caller().user().charAt(0)));
            case GIVES_NOTHING -> call.method().equals("POST") ? null : decided(call);
            case DECIDES_NOTHING -> call.method().equals("POST") ? Future.succeededFuture() : decided(call);
            case FAILS -> call.body(MEBIBYTE).map(body -> Allow.plain());
            case IS_LATE ->
                "".equals(call.query()) ? Promise.<Decision>promise().future() : decided(call);
            case CHANGES_THE_REQUEST -> {
                call.headers().set("X-Client", "web");
                yield decided(call);
            }
            case WAITS -> {
                LockSupport.parkNanos(A_MOMENT);
                yield decided(call);
            }
            case WAITS_AT_FIRST -> {
                LockSupport.parkNanos(first ? A_MOMENT : 0);
                yield decided(call);
            }
            case IS_SLOW -> {
                spin("".equals(call.query()) ? TOO_LONG : 0);
                yield decided(call);
            }
            case IS_MILD_IN_SHADOW -> call.shadow() ? Future.succeededFuture(Allow.plain()) : decided(call);
            case COUNTS_FOR_ALL ->
                Future.succeededFuture(
                        ASKED.incrementAndGet() - askedBefore > ENOUGH ? refuse("enough") : Allow.plain());
            case CLOSES_OTHERS -> Future.succeededFuture(CLOSED.get() ? refuse("closed") : Allow.plain());
            case COUNTS_WHAT_CLIENTS_SEND -> {
                context.metrics().counter("asked", "path", call.path()).run();
                yield decided(call);
            }
            default -> Future.succeededFuture(says(call));
        };
    }

    private static void spin(long nanos) {
        var begin = System.nanoTime();
        while (System.nanoTime() - begin < nanos) {
            Thread.onSpinWait();
        }
    }

    private Decision says(Call call) {
        var client = String.valueOf(call.headers().get("X-Client"));
        return switch (fault) {
            case PASSES_LINE_ENDS_ON ->
                Allow.plain().withUpstreamHeaders(Map.of("X-Limit", String.join(",", call.queryValues("limit"))));
            case REPEATS_THE_CLIENT -> refuse("The client " + client + " is not known");
            case INVENTS_REASONS -> Refuse.of(Reason.forbidden("no_" + client), "This client is not known");
            case TELLS_A_SECRET -> refuse("not with " + call.headers().get("Authorization"));
            case SETTLES_BY_THROWING, SETTLES_WITHOUT_A_BEGINNING ->
                Allow.plain().withSettlement(new BadEnd());
            default -> decision(call);
        };
    }

    private final class BadEnd implements Settlement {

        private @Nullable OpenRequest request;

        @Override
        public void began(OpenRequest open) {
            request = open;
        }

        @Override
        public void answered(Outcome outcome) {
            if (fault == Fault.SETTLES_BY_THROWING && outcome.kind() == Outcome.Kind.CLIENT_GONE) {
                throw new IllegalStateException("nobody is there");
            }
        }

        @Override
        public void ended() {
            if (fault == Fault.SETTLES_WITHOUT_A_BEGINNING) {
                request.cutOff(refuse("over"));
            }
        }
    }

    private static Future<Decision> decided(Call call) {
        return Future.succeededFuture(decision(call));
    }

    private static Decision decision(Call call) {
        return call.headers().contains("X-Client") ? Allow.plain() : refuse("The client is not known");
    }

    private static Refuse refuse(String detail) {
        return Refuse.of(Reason.forbidden("client_unknown"), detail);
    }

    @Override
    public Optional<Check> again() {
        return Optional.of(this::askAgain);
    }

    private Future<Decision> askAgain(Call call) {
        repents = !repents;
        return fault == Fault.CHANGES_ITS_MIND && repents ? Future.succeededFuture(refuse("not now")) : ask(call);
    }

    @Override
    public Optional<Fallback> fallback() {
        return Optional.of((call, refusal) ->
                fault == Fault.OFFERS_NOTHING && refusal.reason().equals(Reason.LIMIT_REACHED)
                        ? null
                        : Future.succeededFuture(change(call)));
    }

    private Optional<Change> change(Call call) {
        return fault == Fault.OFFERS_WHERE_NOTHING_IS
                        && call.queryValues("limit").size() > 1
                ? Optional.of(new Change(Map.of(), Map.of(), "nowhere"))
                : Optional.empty();
    }

    @Override
    public void close() {
        CLOSED.set(true);
    }
}
