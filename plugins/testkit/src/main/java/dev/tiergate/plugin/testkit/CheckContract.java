package dev.tiergate.plugin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Fallback;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.plugin.testkit.Loop.Asked;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.Route.PluginUse;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the plugin API asks of every check, with odd requests on event loops of its own; of those that tell a cost, see
 * {@link CostContract}, and of limits that a plugin counts, {@link QuotaContract}. A plugin's test extends it and says which configurations there are:
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
public abstract class CheckContract extends AskedContract<Decision> {

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

    @Override
    final String place(String plugin) {
        return "    plugins:\n      - " + plugin;
    }

    @Override
    final PluginUse use(Route route) {
        return route.plugins().get(0);
    }

    @Override
    final Asked<Decision> ask(Made made, Call call) {
        return made.loop().ask(made.check(), call);
    }

    @Override
    final Object comparable(Decision decision) {
        return Said.of(decision);
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
                .forEach((what, call) -> assertThat(Said.refusal(decision(what, ask(made, call.inShadow()))))
                        .as(what)
                        .isEqualTo(Said.refusal(decision(what, ask(made, call)))));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void what_it_let_through_it_lets_through_again_while_nothing_changes(String config) {
        var made = made(config, loop);
        var later = loop.on(() -> made.check().again());
        later.ifPresent(again -> requests().forEach((what, call) -> {
            var first = comparable(decision(what, ask(made, call)));
            assertThat(comparable(decision(what, loop.ask(again, call))))
                    .as(what)
                    .isEqualTo(first);
            assertThat(comparable(decision(what, loop.ask(again, call))))
                    .as(what)
                    .isEqualTo(first);
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
                if (decision(what, ask(made, call)) instanceof Allow allow) {
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
}
