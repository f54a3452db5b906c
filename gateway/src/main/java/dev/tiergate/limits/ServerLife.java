package dev.tiergate.limits;

import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/**
 * One run of a Redis process: the {@code run_id} of its {@code INFO}. Another may have begun with an older state, be it from
 * a file or as a replica (docs/decisions/0041).
 *
 * @param name letters and digits
 */
record ServerLife(String name) {

    private static final String FIELD = "run_id:";

    /** Of a run id's 40 digits as many as tell one from any other. */
    private static final int LENGTH = 16;

    static Request asking() {
        return Request.cmd(Command.INFO).arg("server");
    }

    /** @throws IllegalStateException where the server does not say; nobody could know then whether its counters are whole */
    static ServerLife of(Response info) {
        return info.toString()
                .lines()
                .filter(line -> line.startsWith(FIELD))
                .map(line -> line.substring(FIELD.length()).strip())
                .filter(id -> id.length() >= LENGTH)
                .findFirst()
                .map(id -> new ServerLife(id.substring(0, LENGTH)))
                .orElseThrow(() -> new IllegalStateException("INFO server tells no run_id"));
    }
}
