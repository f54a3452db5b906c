package dev.tiergate.plugin.testkit;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.PluginContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A cost that does one thing wrong, with few requests or responses only where that is how it happens in life. */
final class FaultyCost implements Cost {

    private static final long A_MOMENT = Duration.ofMillis(1).toNanos();

    private static final AtomicLong ASKED = new AtomicLong();

    private final @Nullable CostFault fault;
    private final PluginContext context;
    private final long askedBefore = ASKED.get();

    FaultyCost(@Nullable CostFault fault, PluginContext context) {
        this.fault = fault;
        this.context = context;
    }

    /** Of a POST only the response tells. */
    @Override
    public Told before(Call call) {
        var post = call.method().equals("POST");
        if (fault == CostFault.WAITS) {
            LockSupport.parkNanos(A_MOMENT);
        } else if (fault == CostFault.COUNTS_FOR_ALL) {
            return Told.units(ASKED.incrementAndGet() - askedBefore);
        } else if (fault == CostFault.COUNTS_WHAT_CLIENTS_SEND) {
            context.metrics().counter("asked", "path", call.path()).run();
        } else if (fault == CostFault.THROWS) {
            return Told.units(Long.parseLong("0" + String.join("", call.queryValues("limit"))));
        } else if (fault == CostFault.TELLS_NOTHING && post) {
            return null;
        } else if (fault == CostFault.IS_FREE_IN_SHADOW && call.shadow()) {
            return Told.units(0);
        }
        return post ? Told.LATER : Told.units(1);
    }

    @Override
    public Told after(Call call, Outcome outcome) {
        var said = outcome.headers().get("X-Cost");
        if (fault == CostFault.THROWS_AT_A_RESPONSE && said != null) {
            return Told.units(Long.parseLong(said));
        }
        if (said == null) {
            return fault == CostFault.TELLS_NOTHING_OF_A_RESPONSE ? null : Told.ABSENT;
        }
        return said.matches("[0-9]{1,9}") ? Told.units(Long.parseLong(said)) : Told.MALFORMED;
    }
}
