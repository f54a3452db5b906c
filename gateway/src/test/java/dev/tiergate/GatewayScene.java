package dev.tiergate;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;

/** Tests of one gateway, which each class serves with routes of its own. */
public abstract class GatewayScene {

    protected static RunningGateway gateway;

    /** With a store {@code 1} that is essential, and a store {@code 2} that is business. */
    protected static void serve(String routes) throws Exception {
        gateway = RunningGateway.start(routes);
        gateway.store("1", "essential");
        gateway.store("2", "business");
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
    }

    @BeforeEach
    void forget() {
        gateway.backend().reset();
    }
}
