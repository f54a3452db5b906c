package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes, the counter and a bad network between them, one random step after another. What must hold is looked at after each
 * step; what the step was is in the seed.
 */
class LeaseSimulationTest {

    private static final int NODES = 4;
    private static final int WORLDS = 100;
    private static final int STEPS = 1_200;

    @ParameterizedTest
    @ValueSource(longs = {3, 40, 1_000, 20_000, Limit.UNLIMITED})
    void nothing_is_admitted_too_much_or_stranded_whatever_is_lost(long limit) {
        for (long seed = 0; seed < WORLDS; seed++) {
            run(new World(seed, limit, true));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 40, 1_000, 20_000, Limit.UNLIMITED})
    void the_counter_is_what_was_admitted_where_messages_are_only_late(long limit) {
        for (long seed = 0; seed < WORLDS; seed++) {
            var world = new World(seed, limit, false);
            run(world);
            assertThat(world.counter.charged).as("world %s", seed).isEqualTo(world.admitted);
        }
    }

    private static void run(World world) {
        for (int step = 0; step < STEPS; step++) {
            world.step();
            world.mustHold();
        }
        world.settle();
    }

    /** A charge that waits for what nodes hold. */
    private static final class Ask {
        private final long units;
        private boolean done;

        Ask(long units) {
            this.units = units;
        }
    }

    private static final class Node {
        private final String id;
        private final List<Long> spent = new ArrayList<>();
        private long numbers;
        private Lease lease;
        private boolean alive = true;
        private boolean recallable = true;

        Node(String id) {
            this.id = id;
        }
    }

    private static final class World {
        private final Random random;
        private final long seed;
        private final boolean losing;
        private final CounterModel counter = new CounterModel();
        private final List<Node> nodes = new ArrayList<>();
        private final List<Runnable> network = new ArrayList<>();
        private long limit;
        private long highest;
        private long now;
        private long admitted;

        World(long seed, long limit, boolean losing) {
            this.seed = seed;
            this.losing = losing;
            this.random = new Random(seed);
            this.limit = limit;
            this.highest = limit;
            for (int i = 0; i < NODES; i++) {
                nodes.add(new Node("n" + i));
            }
        }

        void step() {
            var node = nodes.get(random.nextInt(NODES));
            now += random.nextInt(40);
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5 -> request(node, 1 + random.nextInt(3));
                case 6, 7 -> refund(node);
                case 8, 9 -> tick(node);
                case 10, 11, 12, 13, 14, 15 -> deliver();
                case 16 -> {
                    if (losing) {
                        lose();
                    }
                }
                case 17 -> repeat();
                case 18 -> {
                    if (losing) {
                        rarely(40, () -> crash(node));
                    }
                }
                default -> rarely(30, this::changeLimit);
            }
        }

        private void rarely(int oneIn, Runnable what) {
            if (random.nextInt(oneIn) == 0) {
                what.run();
            }
        }

        private void request(Node node, long units) {
            if (!node.alive) {
                return;
            }
            if (node.lease != null && node.lease.take(limit, units)) {
                admit(node, units);
                return;
            }
            send(() -> charge(node, new Ask(units)));
            if (node.lease == null || node.lease.ended()) {
                node.lease = new Lease(limit, () -> ++node.numbers, random.nextDouble() / 10, now);
            } else if (!node.lease.under(limit)) {
                node.lease.end(now);
            }
        }

        private void charge(Node node, Ask ask) {
            switch (counter.charge(ask.units, limit)) {
                case ROOM ->
                    send(() -> {
                        if (node.alive && !ask.done) {
                            ask.done = true;
                            admit(node, ask.units);
                        } else {
                            back(ask.units); // a crash, or a late answer that nobody waits for
                        }
                    });
                case HELD -> recall();
                case OVER -> {
                    long held = nodes.stream()
                            .filter(this::known)
                            .mapToLong(World::held)
                            .sum();
                    assertThat(counter.charged - held + ask.units)
                            .as("stranded in world %s", seed)
                            .isGreaterThan(limit);
                }
            }
        }

        private void recall() {
            for (var node : nodes) {
                send(() -> {
                    if (node.alive && node.lease != null) {
                        node.lease.recall(now);
                        tick(node);
                    }
                });
            }
        }

        private void admit(Node node, long units) {
            admitted += units;
            node.spent.add(units);
            if (limit >= 0) {
                assertThat(admitted).as("over in world %s", seed).isLessThanOrEqualTo(highest);
            }
        }

        private void refund(Node node) {
            if (!node.alive || node.spent.isEmpty()) {
                return;
            }
            long units = node.spent.remove(node.spent.size() - 1);
            admitted -= units;
            if (node.lease == null || !node.lease.untake(units)) {
                send(() -> back(units));
            }
        }

        private void back(long units) {
            counter.back(units);
        }

        private void tick(Node node) {
            if (!node.alive || node.lease == null) {
                return;
            }
            var lease = node.lease;
            lease.next(now)
                    .ifPresent(exchange -> send(() -> {
                        long granted = counter.lease(node.id, exchange, limit, 2 * NODES);
                        send(() -> lease.answered(exchange.number(), granted));
                    }));
        }

        /** What it holds is gone, unless it was only slow; then others forfeit it, and it goes on. */
        private void crash(Node node) {
            if (random.nextBoolean()) {
                counter.forfeit(node.id);
                node.recallable = false;
                return;
            }
            node.alive = false;
            counter.forfeit(node.id);
            nodes.set(nodes.indexOf(node), new Node(node.id + "'"));
        }

        private void changeLimit() {
            limit = limit < 0 ? limit : Math.max(0, limit + random.nextInt(5) - 2);
            highest = Math.max(highest, limit);
        }

        private void send(Runnable message) {
            network.add(message);
        }

        private void deliver() {
            if (!network.isEmpty()) {
                network.remove(random.nextInt(network.size())).run();
            }
        }

        private void lose() {
            if (!network.isEmpty()) {
                network.remove(random.nextInt(network.size()));
            }
        }

        private void repeat() {
            // only exchanges may come twice; they say so themselves, since a repeated tick sends the open one again
            nodes.forEach(this::tick);
        }

        private boolean known(Node node) {
            return node.alive && node.recallable;
        }

        private static long held(Node node) {
            return node.lease == null ? 0 : node.lease.hold();
        }

        void mustHold() {
            long held = 0;
            for (var node : nodes) {
                held += held(node);
                if (known(node)) {
                    assertThat(counter.heldBy(node.id))
                            .as("what %s is believed to hold in world %s", node.id, seed)
                            .isGreaterThanOrEqualTo(held(node));
                }
            }
            assertThat(counter.charged).as("world %s", seed).isGreaterThanOrEqualTo(admitted + held);
        }

        /** All that is on its way arrives, and leases end. */
        void settle() {
            for (int round = 0; round < 20; round++) {
                while (!network.isEmpty()) {
                    network.remove(0).run();
                }
                now += Lease.EXCHANGE_MILLIS;
                nodes.forEach(node -> {
                    if (node.lease != null) {
                        node.lease.end(now);
                    }
                    tick(node);
                });
            }
            nodes.forEach(node -> assertThat(held(node)).as("world %s", seed).isZero());
            nodes.stream()
                    .filter(this::known)
                    .forEach(node -> assertThat(counter.heldBy(node.id)).isZero());
        }
    }
}
