package dev.tiergate.plugin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.testkit.Loop.Asked;
import dev.tiergate.routes.Route.PluginUse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;

/** Makes a plugin's checks as the gateway makes them, and asks them on event loops of its own. */
abstract class AskedContract extends ConfigurationContract {

    final Loop loop = new Loop();
    final Loop otherLoop = new Loop();
    private final List<Made> open = new ArrayList<>();

    /** A check, and where it is asked. */
    record Made(Check check, TestContext context, Loop loop) {

        Asked<Decision> ask(Call call) {
            return loop.ask(check, call);
        }

        /** As the gateway does, when the last request is over. */
        void close() {
            if (check instanceof AutoCloseable owner) {
                loop.on(() -> {
                    owner.close();
                    return owner;
                });
            }
        }
    }

    AskedContract(String name) {
        super(name);
    }

    /** Requests that matter to this check, besides those that matter to all, by what they are. */
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

    @AfterEach
    void closeChecks() {
        open.forEach(Made::close);
        open.clear();
    }

    @AfterAll
    void closeLoops() {
        loop.close();
        otherLoop.close();
    }

    /** A check that is closed after the test, at the latest. */
    final Made made(String config, Loop where) {
        var made = unheld(config, where);
        open.add(made);
        return made;
    }

    final void close(Made made) {
        open.remove(made);
        made.close();
    }

    /** A check that nobody else closes, or keeps. */
    final Made unheld(String config, Loop where) {
        var use = use(config);
        var context = new TestContext(where.vertx(), "GET /checked", UPSTREAMS);
        return new Made(where.on(() -> use.check(context)), context, where);
    }

    /** By what they are. */
    final Map<String, TestCall> requests() {
        Map<String, TestCall> all = OddCalls.all();
        all.putAll(calls());
        return all;
    }

    final Map<String, Decision> answers(Made made) {
        Map<String, Decision> all = new LinkedHashMap<>();
        requests().forEach((what, call) -> all.put(what, decision(what, made.ask(call))));
        return all;
    }

    /** As {@link #answers}, without what nobody outside can tell apart. */
    final Map<String, Object> said(Made made) {
        Map<String, Object> all = new LinkedHashMap<>();
        answers(made).forEach((what, decision) -> all.put(what, Said.of(decision)));
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
}
