package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.limits.CounterModel.Found;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ledger.lua's leases, charges and refunds, step by step beside the model on which the simulation rests. */
class LeaseScriptIT {

    private static final int STEPS = 1_500;
    private static final String LIFE = "a1b2";
    private static final long DAY = 86_400_000;

    @ParameterizedTest
    @ValueSource(longs = {-1, 5, 60, 2_000})
    void the_script_does_what_the_model_does(long limit) throws Exception {
        var random = new Random(limit);
        var model = new CounterModel();
        long[] numbers = new long[3];
        try (var probe = new RedisProbe(Redis.shared().operatorUri())) {
            var script = new Script(probe, limit);
            for (int step = 0; step < STEPS; step++) {
                int node = random.nextInt(numbers.length);
                int units = 1 + random.nextInt(4);
                switch (random.nextInt(5)) {
                    case 0, 1 -> assertThat(script.charge(units)).isEqualTo(model.charge(units, limit));
                    case 2 -> {
                        script.back(units);
                        model.back(units);
                    }
                    case 3 -> {
                        // now and then a number that was there before
                        numbers[node] += random.nextInt(3) == 0 ? 0 : 1;
                        var exchange = exchange(random, numbers[node], model.heldBy("n" + node));
                        assertThat(script.lease("n" + node, exchange))
                                .isEqualTo(model.lease("n" + node, exchange, limit, 4));
                    }
                    default -> {
                        switch (random.nextInt(40)) {
                            case 0, 1 -> assertThat(script.forfeit(node)).isEqualTo(model.forfeit("n" + node));
                            case 2 -> {
                                script.beginEpoch();
                                model.forgetHeld();
                            }
                            default -> {}
                        }
                    }
                }
                assertThat(script.charged()).as("step %s", step).isEqualTo(model.charged);
                assertThat(script.held()).as("step %s", step).isEqualTo(model.held);
            }
        }
    }

    /** What a node may say that holds no more than Redis believes. */
    private static Lease.Exchange exchange(Random random, long number, long bound) {
        long hold = bound == 0 ? 0 : random.nextLong(bound + 1);
        long give = hold == 0 ? 0 : random.nextLong(hold + 1);
        long returned = random.nextInt(4) == 0 ? random.nextInt(5) : 0;
        return new Lease.Exchange(number, give + returned, hold - give, random.nextInt(30));
    }

    private static final class Script {
        private final RedisProbe probe;
        private final long limit;
        private final String text;
        private final String tag = "{" + Limits.store().externalId() + "}";
        private final String key = "tg:" + tag + ":modelled:1";
        private int epoch = 7;

        Script(RedisProbe probe, long limit) throws Exception {
            this.probe = probe;
            this.limit = limit;
            try (var in = LedgerScript.class.getResourceAsStream("/lua/ledger.lua")) {
                this.text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
            call("fill", Integer.toString(epoch), 0, List.of("0"));
        }

        /** As after a loss that spared this counter. */
        void beginEpoch() {
            probe.ask(Command.DEL, "tg:" + tag + ":epoch");
            call("fill", Integer.toString(++epoch), 0, List.of("0"));
        }

        Found charge(long units) {
            return switch (LedgerScript.code(call("charge", "", units, List.of()))) {
                case DONE -> Found.ROOM;
                case OVER -> Found.OVER;
                case HELD -> Found.HELD;
                default -> throw new AssertionError();
            };
        }

        void back(long units) {
            call("back", "", units, List.of());
        }

        long lease(String node, Lease.Exchange exchange) {
            return LedgerScript.granted(call(
                    "lease",
                    node,
                    exchange.want(),
                    List.of(
                            Integer.toString(epoch),
                            Long.toString(exchange.number()),
                            Long.toString(exchange.give()),
                            Long.toString(exchange.hold()),
                            "4")));
        }

        long forfeit(int dead) {
            List<String> living = new ArrayList<>(List.of("n0", "n1", "n2"));
            living.remove(dead);
            return LedgerScript.forfeited(call("forfeit", "", 0, living));
        }

        long charged() {
            return probe.charged(key);
        }

        long held() {
            return LedgerScript.told(call("read", "", 0, List.of()), 0).held();
        }

        private Response call(String operation, String name, long units, List<String> more) {
            boolean counts = !operation.equals("fill");
            List<String> arguments = new ArrayList<>(List.of(text, counts ? "2" : "1", "tg:" + tag + ":epoch"));
            if (counts) {
                arguments.add(key);
            }
            arguments.addAll(List.of(operation, "0", LIFE, name));
            if (counts) {
                long now = probe.millis();
                arguments.addAll(
                        List.of("w", Long.toString(units), Long.toString(limit), "" + (now - DAY), "" + (now + DAY)));
            }
            arguments.addAll(more);
            return probe.ask(Command.EVAL, arguments.toArray(String[]::new));
        }
    }
}
