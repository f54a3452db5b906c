package dev.tiergate;

import dev.tiergate.fixtures.TokenMint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** Many requests for the analytics, some dozens at a time, each on a connection that is kept. */
final class Load {

    private static final int AT_ONCE = 60;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newFixedThreadPool(2, task -> {
                var thread = new Thread(task, "load");
                thread.setDaemon(true);
                return thread;
            }))
            .build();
    private final TokenMint mint = TokenMint.hs256("shared", FaultsIT.SECRET.getBytes(StandardCharsets.UTF_8));
    private final RunningGateway gateway;

    Load(RunningGateway gateway) {
        this.gateway = gateway;
    }

    private String token(String store) {
        var now = Instant.now().getEpochSecond();
        return mint.token(Map.of("store_id", store, "iat", now, "exp", now + 600));
    }

    /** What so many requests a second came to: the statuses in their order, and how long 99 of 100 took at most. */
    record Paced(List<Integer> statuses, Duration p99) {}

    /** Requests at their own times, however slow the answers are; a late one counts from when it was due. */
    Paced run(int requests, int aSecond, IntFunction<String> store) throws InterruptedException {
        var begin = System.nanoTime();
        long between = TimeUnit.SECONDS.toNanos(1) / aSecond;
        var took = new ConcurrentLinkedQueue<Long>();
        var answers = new ArrayList<CompletableFuture<Integer>>();
        for (int i = 0; i < requests; i++) {
            long due = begin + i * between;
            for (long ahead = due - System.nanoTime(); ahead > 0; ahead = due - System.nanoTime()) {
                LockSupport.parkNanos(ahead);
            }
            answers.add(send(store.apply(i)).whenComplete((status, fault) -> took.add(System.nanoTime() - due)));
        }
        var statuses = answers.stream().map(CompletableFuture::join).toList();
        var sorted = took.stream().sorted().toList();
        return new Paced(statuses, Duration.ofNanos(sorted.get(sorted.size() * 99 / 100)));
    }

    /** The statuses, in the order of the requests. */
    List<Integer> run(int requests, IntFunction<String> store) throws InterruptedException {
        var places = new Semaphore(AT_ONCE);
        var answers = new ArrayList<CompletableFuture<Integer>>();
        for (int i = 0; i < requests; i++) {
            places.acquire();
            answers.add(send(store.apply(i)).whenComplete((status, fault) -> places.release()));
        }
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private CompletableFuture<Integer> send(String store) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + "/api/analytics/sales"))
                .header("Authorization", "Bearer " + token(store))
                .timeout(Eventually.PATIENCE)
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode)
                .orTimeout(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
}
