package dev.tiergate.api.admin;

import dev.tiergate.RunningGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Each class of tests has a gateway of its own, and asks its admin API. {@code /orders} is of {@code custom_reports}. */
abstract class AdminScene {

    static RunningGateway gateway;
    static AdminClient client;

    @BeforeAll
    static void open() throws Exception {
        gateway = RunningGateway.start("routes: [ { path: /orders, feature: custom_reports, upstream: shop } ]\n");
        client = new AdminClient(gateway);
    }

    @AfterAll
    static void close() throws Exception {
        gateway.close();
    }
}
