package dev.tiergate;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;

/**
 * Clients on connections that are kept, which write each request down in a {@link FaultLedger}. None sends anything twice:
 * orders are POST, which the JDK's client never repeats by itself.
 */
final class FaultClients implements AutoCloseable {

    private static final String ORDERS = "/api/orders";
    private static final String UNGATED = "/health";

    private final FaultLedger ledger;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(threads)
            .build();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final Queue<CompletableFuture<FaultLedger.Line>> answers = new ConcurrentLinkedQueue<>();
    private final List<Thread> paces = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * A gateway as clients see it.
     *
     * @param token for a store
     */
    record Door(int port, UnaryOperator<String> token) {
        static Door of(RunningGateway gateway) {
            return new Door(gateway.port(), gateway::token);
        }
    }

    FaultClients(FaultLedger ledger) {
        this.ledger = ledger;
    }

    /** A POST to {@code /api/orders}, which is counted. */
    CompletableFuture<FaultLedger.Line> order(Door door, String store) {
        return send(door, store, ORDERS, System.nanoTime());
    }

    /** The status of an order that is waited for. */
    int orderNow(Door door, String store) {
        return order(door, store).join().status();
    }

    /** So many orders at once; waits for all. */
    List<FaultLedger.Line> ordersAtOnce(Door door, String store, int orders) {
        var all = new ArrayList<CompletableFuture<FaultLedger.Line>>();
        for (int i = 0; i < orders; i++) {
            all.add(order(door, store));
        }
        return all.stream().map(CompletableFuture::join).toList();
    }

    /** From now on so many orders a second, each at its own time however slow the answers are, by the stores in turn. */
    void pace(Door door, int aSecond, List<String> stores) {
        pace(aSecond, number -> keep(send(door, stores.get(number % stores.size()), ORDERS, System.nanoTime())));
    }

    /** The same on a route that no gate guards. */
    void paceUngated(Door door, int aSecond) {
        pace(aSecond, number -> keep(send(door, "nobody", UNGATED, System.nanoTime())));
    }

    private void pace(int aSecond, IntConsumer each) {
        var thread = new Thread(
                () -> {
                    long between = TimeUnit.SECONDS.toNanos(1) / aSecond;
                    long begin = System.nanoTime();
                    for (int number = 0; !stopped; number++) {
                        long due = begin + number * between;
                        for (long ahead = due - System.nanoTime();
                                ahead > 0 && !stopped;
                                ahead = due - System.nanoTime()) {
                            LockSupport.parkNanos(ahead);
                        }
                        each.accept(number);
                    }
                },
                "fault clients");
        paces.add(thread);
        thread.start();
    }

    /** Sends no more, and waits for every answer. */
    void stop() throws InterruptedException {
        stopped = true;
        for (var pace : paces) {
            pace.join();
        }
        answers.forEach(CompletableFuture::join);
    }

    private void keep(CompletableFuture<FaultLedger.Line> answer) {
        answers.add(answer);
    }

    private CompletableFuture<FaultLedger.Line> send(Door door, String store, String path, long due) {
        boolean counted = path.equals(ORDERS);
        var id = ledger.sending(store, counted, due);
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                .header(FaultLedger.ID, id)
                .header("X-Request-Id", id)
                .timeout(Eventually.PATIENCE);
        if (counted) {
            request.header("Authorization", "Bearer " + tokens.computeIfAbsent(store, door.token()))
                    .POST(HttpRequest.BodyPublishers.noBody());
        }
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                .handle((answer, fault) -> fault == null ? note(id, answer) : ledger.aborted(id));
    }

    private FaultLedger.Line note(String id, HttpResponse<String> answer) {
        return ledger.answered(
                id,
                answer.statusCode(),
                reason(answer),
                answer.headers().firstValue("Retry-After").isPresent());
    }

    private static String reason(HttpResponse<String> answer) {
        if (answer.statusCode() < 300) {
            return "";
        }
        try {
            return new JsonObject(answer.body()).getString("reason", "");
        } catch (DecodeException e) {
            return "";
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
        threads.shutdownNow();
    }
}
