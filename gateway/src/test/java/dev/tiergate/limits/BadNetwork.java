package dev.tiergate.limits;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Messages on their way: they arrive in any order, and some never. */
final class BadNetwork {

    private final Random random;
    private final List<Runnable> messages = new ArrayList<>();

    /** @param random says which message is next */
    BadNetwork(Random random) {
        this.random = random;
    }

    void send(Runnable message) {
        messages.add(message);
    }

    /** One arrives, where there is one. */
    void deliver() {
        if (!messages.isEmpty()) {
            messages.remove(random.nextInt(messages.size())).run();
        }
    }

    /** One is lost, where there is one. */
    void lose() {
        if (!messages.isEmpty()) {
            messages.remove(random.nextInt(messages.size()));
        }
    }

    /** All arrive in the order in which they were sent, also those that are sent meanwhile. */
    void deliverAll() {
        while (!messages.isEmpty()) {
            messages.remove(0).run();
        }
    }
}
