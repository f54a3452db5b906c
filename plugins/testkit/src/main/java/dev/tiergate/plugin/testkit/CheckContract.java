package dev.tiergate.plugin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Fallback;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.plugin.testkit.Loop.Asked;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the plugin API asks of every check, with odd requests on event loops of its own. A plugin's test extends it and says
 * which configurations there are:
 *
 * <pre>{@code
 * class HeaderContractTest extends CheckContract {
 *
 *     HeaderContractTest() {
 *         super("header");
 *     }
 *
 *     @Override
 *     protected List<String> accepted() {
 *         return List.of("{ require: { X-Client: web } }", "{ forbid: { X-Beta: \"*\" } }");
 *     }
 *
 *     @Override
 *     protected Map<String, String> refused() {
 *         return Map.of("{}", "header needs 'require' or 'forbid'");
 *     }
 * }
 * }</pre>
 */
public abstract class CheckContract extends AskedContract {

    /** The gateway's watchdog names who holds a loop for longer. */
    private static final Duration MOST_HELD = Duration.ofMillis(100);

    /** Of which the best counts, so that a busy machine is not taken for a slow check. */
    private static final int TRIES = 5;

    private static final int MANY = 20;

    private static final List<Outcome> OUTCOMES = List.of(
            Outcome.answered(200),
            Outcome.answered(404),
            Outcome.answered(503),
            Outcome.NOT_SENT,
            Outcome.BROKEN_OFF,
            Outcome.TIMED_OUT,
            Outcome.CLIENT_GONE);

    /** Where a request can go instead: to an upstream of routes.yaml, or where it went. */
    private static final List<@Nullable String> WAYS = Arrays.asList("shop", "spare", null);

    /** @param name of the plugin */
    protected CheckContract(String name) {
        super(name);
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void it_answers_every_request_in_time(String config) {
        var made = made(config, loop);
        requests().forEach((what, call) -> decision(what, made.ask(call)));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void it_neither_waits_on_its_event_loop_nor_holds_it(String config) {
        answers(made(config, loop)); // which loads classes
        Map<String, List<Asked<Decision>>> tries = new LinkedHashMap<>();
        for (int i = 0; i < TRIES; i++) {
            var made = made(config, loop);
            requests()
                    .forEach((what, call) -> tries.computeIfAbsent(what, first -> new ArrayList<>())
                            .add(made.ask(call)));
        }
        tries.forEach((what, asked) -> {
            assertThat(asked).as("it waits on the event loop: %s", what).anyMatch(one -> one.waits() == 0);
            assertThat(asked)
                    .as("it holds the event loop: %s", what)
                    .anyMatch(one -> one.held().compareTo(MOST_HELD) < 0);
        });
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void what_it_says_can_be_sent(String config) {
        answers(made(config, loop)).values().forEach(Said::canBeSent);
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void what_is_secret_is_not_told(String config) {
        assertThat(answers(made(config, loop)).values())
                .extracting(Said::toClient)
                .noneMatch(told -> told.contains(OddCalls.SECRET));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void shadow_says_what_would_be_refused(String config) {
        var made = made(config, loop);
        requests()
                .forEach((what, call) -> assertThat(Said.refusal(decision(what, made.ask(call.inShadow()))))
                        .as(what)
                        .isEqualTo(Said.refusal(decision(what, made.ask(call)))));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void each_event_loop_has_a_check_of_its_own_that_knows_nothing_of_others(String config) {
        var here = made(config, loop);
        var there = made(config, otherLoop);
        assertThat(there.check()).isNotSameAs(here.check());
        var said = said(here);
        assertThat(said(there)).isEqualTo(said);
        close(here);
        assertThat(said(there)).isEqualTo(said);
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void what_it_let_through_it_lets_through_again_while_nothing_changes(String config) {
        var made = made(config, loop);
        var later = loop.on(() -> made.check().again());
        later.ifPresent(again -> requests().forEach((what, call) -> {
            var first = Said.of(decision(what, made.ask(call)));
            assertThat(Said.of(decision(what, loop.ask(again, call)))).as(what).isEqualTo(first);
            assertThat(Said.of(decision(what, loop.ask(again, call)))).as(what).isEqualTo(first);
        }));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void another_way_that_it_offers_can_be_gone(String config) {
        var made = made(config, loop);
        loop.on(() -> made.check().fallback()).ifPresent(fallback -> {
            for (var reason : Fallback.AFTER) {
                var refusal = Refuse.of(reason, "not this way");
                requests()
                        .forEach((what, call) -> decision(what, loop.run(() -> fallback.offer(call, refusal)))
                                .ifPresent(change ->
                                        assertThat(change.upstream()).as(what).isIn(WAYS)));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void it_takes_whatever_becomes_of_a_request(String config) {
        var made = made(config, loop);
        for (var outcome : OUTCOMES) {
            requests().forEach((what, call) -> {
                if (decision(what, made.ask(call)) instanceof Allow allow) {
                    end(what + ", " + outcome.kind(), allow.settlement(), outcome, call);
                }
            });
        }
    }

    private void end(String what, Settlement settlement, Outcome outcome, Call call) {
        Asked<Decision> asked = loop.run(() -> {
            if (!call.shadow() && outcome.kind() != Outcome.Kind.NOT_SENT) {
                settlement.began(why -> {});
            }
            settlement.answered(outcome);
            Said.headers(settlement.responseHeaders());
            var again = settlement.again(call);
            settlement.ended();
            return again;
        });
        decision(what, asked);
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void what_it_counts_is_there_before_it_is_asked(String config) {
        var made = made(config, loop);
        var before = Set.copyOf(made.context().counters().keySet());
        answers(made);
        assertThat(made.context().counters().keySet()).isEqualTo(before);
        assertThat(before).allSatisfy(series -> {
            assertThat(series.get(0)).matches("[a-z][a-z0-9_]*");
            assertThat(series).as("a name, then keys with values").size().isOdd();
        });
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void a_check_that_is_closed_is_let_go(String config) {
        var closed = closed(config);
        Patience.until(patience(), "something still holds the check that was closed", () -> {
            System.gc();
            return closed.get() == null;
        });
    }

    private WeakReference<Check> closed(String config) {
        var made = unheld(config, loop);
        answers(made);
        made.close();
        return new WeakReference<>(made.check());
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void checks_that_are_closed_leave_no_threads(String config) {
        var before = Thread.getAllStackTraces().size();
        for (int i = 0; i < MANY; i++) {
            unheld(config, loop).close();
        }
        Patience.until(
                patience(),
                "threads of closed checks live on",
                () -> Thread.getAllStackTraces().size() - before < MANY);
    }
}
