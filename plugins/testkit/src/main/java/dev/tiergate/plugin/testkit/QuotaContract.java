package dev.tiergate.plugin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Quota;
import dev.tiergate.plugin.Quota.State;
import dev.tiergate.plugin.Quota.Taken;
import dev.tiergate.plugin.testkit.Loop.Asked;
import dev.tiergate.routes.GatewayConfig;
import dev.tiergate.routes.QuotaUse;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the plugin API asks of every limit that a plugin counts, with odd requests on an event loop of its own. A plugin's
 * test extends it as {@link CheckContract}; all that is taken is given back.
 */
public abstract class QuotaContract extends RequestContract {

    private static final String CODE = "units";

    private final List<Quota> open = new ArrayList<>();

    /** @param name of the plugin */
    protected QuotaContract(String name) {
        super(name);
    }

    @Override
    final String place(String plugin) {
        return "quotas:\n  " + CODE + ": { " + plugin + " }";
    }

    @Override
    final Record configuration(GatewayConfig config) {
        return use(config).config();
    }

    private static QuotaUse use(GatewayConfig config) {
        return Objects.requireNonNull(config.quotas().get(CODE));
    }

    private Quota made(String config) {
        var use = use(loaded(config));
        var quota = loop.on(use::quota);
        open.add(quota);
        return quota;
    }

    /** As the gateway does, when the last request is over. */
    @AfterEach
    void closeQuotas() {
        open.forEach(this::close);
        open.clear();
    }

    private void close(Quota quota) {
        if (quota instanceof AutoCloseable owner) {
            loop.on(() -> {
                owner.close();
                return owner;
            });
        }
    }

    private Taken take(Quota quota, String what, Call call, long units) {
        return decision(what, loop.run(() -> quota.take(call, units)));
    }

    private State read(Quota quota, String what, Call call) {
        return read(quota, what, call, call.shadow());
    }

    private State read(Quota quota, String what, Call call, boolean shadow) {
        return decision(what, loop.run(() -> quota.read(call.entitlements(), call.caller(), shadow, call.now())));
    }

    private void giveBack(Quota quota, String what, Call call, Taken taken, long units) {
        if (taken.all()) {
            decision(what, loop.run(() -> {
                quota.giveBack(call, units);
                return Future.succeededFuture(taken);
            }));
        }
    }

    private static void canBeTold(String what, State state) {
        assertThat(state.limit()).as(what).isGreaterThanOrEqualTo(Limit.UNLIMITED);
        assertThat(state.current()).as(what).isNotNegative();
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void it_answers_every_request_in_time(String config) {
        var quota = made(config);
        for (long units : new long[] {1, Long.MAX_VALUE}) {
            requests().forEach((what, call) -> {
                var taken = take(quota, what, call, units);
                giveBack(quota, what, call, taken, units);
                canBeTold(what, taken.state());
                canBeTold(what, read(quota, what, call));
            });
        }
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void it_neither_waits_on_its_event_loop_nor_holds_it(String config) {
        var quota = made(config);
        it_answers_every_request_in_time(config); // which loads classes
        neitherWaitsNorHolds(requests -> {
            Map<String, Asked<Taken>> all = new LinkedHashMap<>();
            requests.forEach((what, call) -> {
                Asked<Taken> asked = loop.run(() -> quota.take(call, 1));
                giveBack(quota, what, call, decision(what, asked), 1);
                all.put(what, asked);
            });
            return all;
        });
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void what_is_given_back_is_there_again(String config) {
        var quota = made(config);
        requests().forEach((what, call) -> {
            var before = read(quota, what, call);
            giveBack(quota, what, call, take(quota, what, call, 1), 1);
            Patience.until(
                    patience(),
                    "it keeps what is given back: " + what,
                    () -> read(quota, what, call).equals(before));
        });
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void what_does_not_fit_is_not_taken(String config) {
        var quota = made(config);
        requests().forEach((what, call) -> {
            var before = read(quota, what, call);
            var taken = take(quota, what, call, Long.MAX_VALUE);
            if (taken.all()) {
                assertThat(taken.state().limit()).as(what).isEqualTo(Limit.UNLIMITED);
            } else {
                assertThat(read(quota, what, call)).as(what).isEqualTo(before);
            }
            giveBack(quota, what, call, taken, Long.MAX_VALUE);
        });
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void shadow_is_counted_apart(String config) {
        var quota = made(config);
        requests().forEach((what, call) -> {
            var before = read(quota, what, call, false);
            var taken = take(quota, what, call.inShadow(), 1);
            assertThat(read(quota, what, call, false)).as(what).isEqualTo(before);
            var state = taken.state();
            assertThat(read(quota, what, call, true).current()).as(what).isEqualTo(state.current());
            giveBack(quota, what, call.inShadow(), taken, 1);
        });
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void each_event_loop_has_one_of_its_own_and_closing_it_ends_no_other(String config) {
        var here = made(config);
        var there = made(config);
        assertThat(there).isNotSameAs(here);
        open.remove(here);
        close(here);
        requests().forEach((what, call) -> giveBack(there, what, call, take(there, what, call, 1), 1));
    }
}
