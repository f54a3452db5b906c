package dev.tiergate.limits;

import dev.tiergate.fixtures.Redis;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** One node that counts in the shared Redis, and a look at what it keeps there; anew for each class of tests. */
abstract class LedgerScene {

    static LedgerNode node;
    static RedisProbe probe;

    @BeforeAll
    static void open() {
        node = LedgerNode.open(Redis.shared().uri());
        probe = new RedisProbe(Redis.shared().operatorUri());
    }

    @AfterAll
    static void close() {
        node.close();
        probe.close();
    }
}
