package dev.tiergate.plugin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.testkit.Loop.Asked;
import dev.tiergate.routes.Route.PluginUse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;

/** Asks something about many requests on an event loop of its own: what holds whatever is asked. */
abstract class RequestContract extends ConfigurationContract {

    /** The gateway's watchdog names who holds a loop for longer. */
    private static final Duration MOST_HELD = Duration.ofMillis(100);

    /** Of which the best counts, so that a busy machine is not taken for a slow plugin. */
    private static final int TRIES = 5;

    final Loop loop = new Loop();

    RequestContract(String name) {
        super(name);
    }

    /** Requests that matter to this plugin, besides those that matter to all, by what they are. */
    protected Map<String, TestCall> calls() {
        return Map.of();
    }

    /** By when it has to answer, as {@code deadline} in routes.yaml. */
    protected Duration deadline() {
        return PluginUse.DEFAULT_DEADLINE;
    }

    /** For what happens elsewhere: far above what it takes on a busy machine, far below a hung build. */
    Duration patience() {
        return Duration.ofSeconds(30);
    }

    @AfterAll
    void closeLoop() {
        loop.close();
    }

    /** By what they are. */
    final Map<String, TestCall> requests() {
        Map<String, TestCall> all = OddCalls.all();
        all.putAll(calls());
        return all;
    }

    /** What is answered in time; what an answer must not be fails the test. */
    final <T> T decision(String what, Asked<T> asked) {
        assertThat(asked.thrown()).as("it throws: %s", what).isNull();
        var answer = asked.answer();
        if (answer == null) {
            throw new AssertionError("it gives no future: " + what);
        }
        T given = Loop.within(what, answer, deadline());
        if (given == null) {
            throw new AssertionError("it decides nothing: " + what);
        }
        return given;
    }

    /** @param round what all requests are asked once, by what they are */
    final <T> void neitherWaitsNorHolds(Function<Map<String, TestCall>, Map<String, Asked<T>>> round) {
        Map<String, List<Asked<T>>> tries = new LinkedHashMap<>();
        for (int i = 0; i < TRIES; i++) {
            round.apply(requests())
                    .forEach((what, asked) -> tries.computeIfAbsent(what, first -> new ArrayList<>())
                            .add(asked));
        }
        tries.forEach((what, asked) -> {
            assertThat(asked).as("it waits on the event loop: %s", what).anyMatch(one -> one.waits() == 0);
            assertThat(asked)
                    .as("it holds the event loop: %s", what)
                    .anyMatch(one -> one.held().compareTo(MOST_HELD) < 0);
        });
    }
}
