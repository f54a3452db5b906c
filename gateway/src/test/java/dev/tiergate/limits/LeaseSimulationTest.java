package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.limits.CounterModel.Found;
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
            assertThat(world.window.counter.charged).as("world %s", seed).isEqualTo(world.window.admitted);
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
        private final Window window;
        private final long units;
        private boolean waited;

        Ask(Window window, long units) {
            this.window = window;
            this.units = units;
        }
    }

    /** What is charged from one start of the limit to the next; a Redis that lost its counter begins another epoch. */
    private static final class Window {
        private CounterModel counter = new CounterModel();
        private int epoch = 1;
        private long highest;
        private long admitted;

        Window(long limit) {
            this.highest = limit;
        }
    }

    private static final class Held {
        private final Window window;
        private final Lease lease;
        private final int epoch;

        Held(Window window, Lease lease) {
            this.window = window;
            this.lease = lease;
            this.epoch = window.epoch;
        }

        /** Whether what it holds is worth something, as far as Redis knows. */
        boolean valid() {
            return epoch == window.epoch;
        }
    }

    private record Spent(Window window, long units) {}

    private static final class Node {
        private final String id;
        private final List<Spent> spent = new ArrayList<>();
        private long numbers;
        private Window window;
        private Held held;
        private boolean alive = true;
        private boolean recallable = true;
        private boolean paused;

        Node(String id, Window window) {
            this.id = id;
            this.window = window;
        }
    }

    private static final class World {
        private final Random random;
        private final long seed;
        private final boolean losing;
        private final List<Node> nodes = new ArrayList<>();
        private final BadNetwork network;
        private final int refunds;
        private final int deliveries;
        private Window window;
        private long limit;
        private long now;

        World(long seed, long limit, boolean losing) {
            this.seed = seed;
            this.losing = losing;
            this.random = new Random(seed);
            this.network = new BadNetwork(random);
            this.refunds = 1 + random.nextInt(4);
            this.deliveries = 1 + random.nextInt(4);
            this.limit = limit;
            this.window = new Window(limit);
            for (int i = 0; i < NODES; i++) {
                nodes.add(new Node("n" + i, window));
            }
        }

        void step() {
            var node = nodes.get(random.nextInt(NODES));
            now += random.nextInt(40);
            switch (random.nextInt(22)) {
                case 0, 1, 2, 3, 4, 5 -> request(node, 1 + random.nextInt(3));
                case 6, 7 -> times(refunds, () -> refund(node));
                case 8, 9 -> tick(node);
                case 10, 11, 12, 13, 14, 15 -> times(deliveries, network::deliver);
                case 16 -> {
                    if (losing) {
                        network.lose();
                    }
                }
                case 17 -> nodes.forEach(this::tick); // only exchanges may come twice: the open one is sent again
                case 18 -> {
                    if (losing) {
                        rarely(40, () -> crash(node));
                        rarely(100, this::emptied);
                    }
                }
                case 19 -> node.paused = !node.paused && random.nextInt(4) == 0;
                case 20 -> {
                    rarely(15, () -> window = new Window(limit));
                    rarely(4, () -> enter(node));
                }
                default -> rarely(30, this::changeLimit);
            }
        }

        /** A node's clock comes to the present window: what it held in the last one is over. */
        private void enter(Node node) {
            if (node.window != window) {
                node.window = window;
                drop(node, node.held);
            }
        }

        private void drop(Node node, Held held) {
            if (held != null && node.held == held) {
                long returned = held.lease.close();
                network.send(() -> back(held.window, returned));
                held.lease.drop();
                node.held = null;
            }
        }

        /** Redis is filled again with what was counted; of leases it knows nothing. */
        private void emptied() {
            long charged = window.counter.charged;
            window.counter = new CounterModel();
            window.counter.charged = charged;
            window.epoch++;
        }

        private static void times(int times, Runnable what) {
            for (int i = 0; i < times; i++) {
                what.run();
            }
        }

        private void rarely(int oneIn, Runnable what) {
            if (random.nextInt(oneIn) == 0) {
                what.run();
            }
        }

        private void request(Node node, long units) {
            if (!node.alive || node.paused) {
                return;
            }
            var held = node.held;
            if (held != null && held.lease.take(limit, units)) {
                admit(node, held.window, units);
                return;
            }
            network.send(() -> charge(node, new Ask(node.window, units)));
            if (held == null || held.lease.ended()) {
                var lease = new Lease(limit, () -> ++node.numbers, random.nextDouble() / 10, now);
                node.held = new Held(node.window, lease);
            } else if (!held.lease.under(limit)) {
                held.lease.end(now);
            }
        }

        private void charge(Node node, Ask ask) {
            if (ask.window != window) {
                enter(node); // Redis says that the window is another
                return;
            }
            switch (window.counter.charge(ask.units, limit)) {
                case ROOM ->
                    network.send(() -> {
                        if (node.alive) {
                            admit(node, ask.window, ask.units);
                        } else {
                            back(ask.window, ask.units);
                        }
                    });
                case HELD -> wait(node, ask);
                case OVER -> mustBeFull(ask.units);
            }
        }

        /** Looks again now and then; whoever is not paused has answered when it has waited for long enough. */
        private void wait(Node node, Ask ask) {
            if (ask.waited) {
                nodes.stream().filter(World::hears).forEach(this::giveAll);
                if (window.counter.charge(ask.units, limit) == Found.ROOM) {
                    admit(node, ask.window, ask.units);
                } else {
                    mustBeFull(ask.units); // as far as is known to those who are not paused
                }
                return;
            }
            ask.waited = random.nextBoolean();
            nodes.forEach(holder -> network.send(() -> {
                if (hears(holder) && holder.held != null) {
                    holder.held.lease.recall(now);
                    tick(holder);
                }
            }));
            network.send(() -> charge(node, ask));
        }

        /** Its open exchange is answered, and another one is with what that granted. */
        private void giveAll(Node node) {
            for (int exchange = 0; exchange < 2 && node.held != null; exchange++) {
                var held = node.held;
                held.lease.recall(now);
                held.lease
                        .next(now)
                        .ifPresent(said -> exchange(node, held, said).run());
            }
        }

        private void mustBeFull(long units) {
            long there = nodes.stream()
                    .filter(World::hears)
                    .filter(node -> node.window == window)
                    .mapToLong(World::worth)
                    .sum();
            assertThat(window.counter.charged - there + units)
                    .as("stranded in world %s", seed)
                    .isGreaterThan(limit);
        }

        private void admit(Node node, Window in, long units) {
            in.admitted += units;
            node.spent.add(new Spent(in, units));
            if (limit >= 0) {
                assertThat(in.admitted).as("over in world %s", seed).isLessThanOrEqualTo(in.highest);
            }
        }

        private void refund(Node node) {
            if (!node.alive || node.spent.isEmpty()) {
                return;
            }
            var spent = node.spent.remove(random.nextInt(node.spent.size()));
            spent.window.admitted -= spent.units;
            var held = node.held;
            long toTell = held == null || held.window != spent.window ? spent.units : held.lease.untake(spent.units);
            if (toTell > 0) {
                network.send(() -> back(spent.window, toTell));
            }
        }

        /** What comes after its window changes nothing. */
        private void back(Window of, long units) {
            if (of == window) {
                of.counter.back(units);
            }
        }

        private void tick(Node node) {
            var held = node.held;
            if (node.alive && !node.paused && held != null) {
                held.lease.next(now).ifPresent(said -> network.send(() -> network.send(exchange(node, held, said))));
            }
        }

        /** Redis carries it out; what is returned is that its answer comes. */
        private Runnable exchange(Node node, Held held, Lease.Exchange said) {
            if (held.window != window || !held.valid()) {
                return () -> drop(node, held);
            }
            long granted = window.counter.lease(node.id, said, limit, 2 * NODES);
            return () -> held.lease.answered(said.number(), granted);
        }

        /** What it holds is gone, unless it was only slow; then others forfeit it, and it goes on. */
        private void crash(Node node) {
            node.window.counter.forfeit(node.id);
            if (random.nextBoolean()) {
                node.recallable = false;
                return;
            }
            node.alive = false;
            nodes.set(nodes.indexOf(node), new Node(node.id + "'", window));
        }

        private void changeLimit() {
            limit = limit < 0 ? limit : Math.max(0, limit + random.nextInt(5) - 2);
            window.highest = Math.max(window.highest, limit);
        }

        private static boolean hears(Node node) {
            return node.alive && node.recallable && !node.paused;
        }

        private static long worth(Node node) {
            return node.held != null && node.held.valid() ? node.held.lease.hold() : 0;
        }

        void mustHold() {
            for (var node : nodes) {
                if (node.alive && node.recallable) {
                    assertThat(node.window.counter.heldBy(node.id))
                            .as("what %s is believed to hold in world %s", node.id, seed)
                            .isGreaterThanOrEqualTo(worth(node));
                }
            }
            nodes.stream().map(node -> node.window).distinct().forEach(this::mustCover);
        }

        private void mustCover(Window one) {
            long held = nodes.stream()
                    .filter(node -> node.held != null && node.held.window == one)
                    .mapToLong(node -> node.held.lease.hold())
                    .sum();
            assertThat(one.counter.charged).as("world %s", seed).isGreaterThanOrEqualTo(one.admitted + held);
        }

        /** All that is on its way arrives, and leases end. */
        void settle() {
            nodes.forEach(node -> node.paused = false);
            for (int round = 0; round < 20; round++) {
                network.deliverAll();
                now += Lease.EXCHANGE_MILLIS;
                nodes.forEach(node -> {
                    enter(node);
                    if (node.held != null) {
                        node.held.lease.end(now);
                    }
                    tick(node);
                });
            }
            for (var node : nodes) {
                assertThat(worth(node)).as("world %s", seed).isZero();
                if (node.alive && node.recallable) {
                    assertThat(window.counter.heldBy(node.id))
                            .as("world %s", seed)
                            .isZero();
                }
            }
        }
    }
}
