package dev.tiergate.plugin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Cost;
import dev.tiergate.plugin.Cost.Told;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.testkit.Loop.Asked;
import dev.tiergate.routes.Route;
import dev.tiergate.routes.Route.Charge;
import dev.tiergate.routes.Route.PluginUse;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the plugin API asks of every check that tells a cost, with odd requests and responses on event loops of its own. A
 * plugin's test extends it as {@link CheckContract}.
 */
public abstract class CostContract extends AskedContract<List<Told>> {

    /** What a backend may write where a number is expected. */
    private static final List<String> VALUES =
            List.of("7", "0", "", " ", " 7 ", "-1", "1.5", "1e9", "NaN", "9".repeat(5_000), "\u0661", OddCalls.MARK);

    /** @param name of the plugin */
    protected CostContract(String name) {
        super(name);
    }

    /** Names of response headers that it may read. */
    protected List<String> headers() {
        return List.of();
    }

    @Override
    final String place(String plugin) {
        return "    charge:\n      - { limit: units, max: 100, by: { " + plugin + " } }";
    }

    @Override
    final PluginUse use(Route route) {
        var told = route.charges().get(0).told();
        return ((Charge.By) Objects.requireNonNull(told)).plugin();
    }

    /** Before the request is forwarded, and where it is said to be too early, of all responses. */
    @Override
    final Asked<List<Told>> ask(Made made, Call call) {
        var cost = made.cost().orElseThrow();
        var responses = responses();
        return made.loop().run(() -> Future.succeededFuture(told(cost, call, responses)));
    }

    private static List<Told> told(Cost cost, Call call, List<Outcome> responses) {
        List<Told> all = new ArrayList<>();
        all.add(Objects.requireNonNull(cost.before(call), "it tells nothing"));
        if (all.contains(Told.LATER)) {
            for (var response : responses) {
                all.add(Objects.requireNonNull(cost.after(call, response), "it tells nothing"));
            }
        }
        return all;
    }

    @Override
    final Object comparable(List<Told> told) {
        return told;
    }

    private List<Outcome> responses() {
        List<Outcome> all = new ArrayList<>(List.of(Outcome.answered(200), Outcome.answered(404)));
        for (var value : VALUES) {
            all.add(answered(value));
            all.add(answered(value, "7"));
        }
        return all;
    }

    /** With these values of each header. */
    private Outcome answered(String... values) {
        var heads = MultiMap.caseInsensitiveMultiMap();
        for (var name : headers()) {
            for (var value : values) {
                heads.add(name, value);
            }
        }
        return Outcome.answered(200, heads.copy(false));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void it_costs_in_shadow_what_it_costs_otherwise(String config) {
        var made = made(config, loop);
        requests()
                .forEach((what, call) -> assertThat(decision(what, ask(made, call.inShadow())))
                        .as(what)
                        .isEqualTo(decision(what, ask(made, call))));
    }
}
