package dev.tiergate;

import dev.tiergate.fixtures.RawClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Steady traffic as a load balancer sends it: keep-alive connections of HTTP/1.1 and streams of HTTP/2, and a probe of
 * {@code /ready}. For a while after its first 503 requests go on, on connections old and new; then none is sent any more.
 */
final class Traffic implements AutoCloseable {

    private static final String HOST = "127.0.0.1";

    private static final int LANES = 8;
    private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(40);

    private static final int CONNECTIONS = 2;
    private static final int STREAMS = 20;
    private static final Duration BETWEEN_STREAMS = Duration.ofMillis(100);

    private static final Duration BETWEEN_PROBES = Duration.ofMillis(100);

    /** What a load balancer may take from the probe's answer to the last new request. */
    private static final Duration TO_LEAVE = Duration.ofMillis(800);

    private final int port;
    private final GatewayProcess gateway;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final ScheduledExecutorService ticker = Executors.newScheduledThreadPool(LANES + 2);
    private final ConcurrentLinkedQueue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final CountDownLatch left = new CountDownLatch(LANES);
    private final AtomicInteger streams = new AtomicInteger();
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient client = vertx.createHttpClient(
            new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false)
                    .setHttp2MultiplexingLimit(STREAMS / CONNECTIONS),
            new PoolOptions().setHttp2MaxSize(CONNECTIONS));

    private volatile boolean leaving;
    private volatile boolean gone;

    Traffic(GatewayProcess gateway) throws Exception {
        this.gateway = gateway;
        this.port = gateway.port();
    }

    void start() {
        for (int lane = 0; lane < LANES; lane++) {
            every(BETWEEN_REQUESTS, new Lane());
        }
        every(BETWEEN_PROBES, this::probe);
        vertx.setPeriodic(1, BETWEEN_STREAMS.toMillis(), tick -> {
            if (gone) {
                vertx.cancelTimer(tick);
            } else {
                burst();
            }
        });
    }

    /** Once no request is sent any more and all were answered. */
    void awaitEnd() throws InterruptedException {
        if (!left.await(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("clients still wait for an answer: " + left.getCount());
        }
        Eventually.so("every stream has its answer", () -> streams.get() == 0);
        if (!faults.isEmpty()) {
            throw new AssertionError("the probe failed", faults.peek());
        }
    }

    /** What each request's sender saw, by its target: {@code 200 TARGET}, or what went wrong. */
    Map<String, String> answers() {
        return Map.copyOf(answers);
    }

    /** A stream among the others', sent now. */
    Future<String> stream(String target) {
        return client.request(HttpMethod.GET, port, HOST, target)
                .compose(request -> request.send())
                .compose(response -> response.body().map(body -> response.statusCode() + " " + body));
    }

    private void probe() {
        try {
            if (!leaving && !gone && gateway.admin("/ready").status() != 200) {
                leaving = true;
                var unused = ticker.schedule(() -> gone = true, TO_LEAVE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (Exception e) {
            faults.add(e);
        }
    }

    /** None while streams of the one before wait for the most part: a client that queues would go on after its end. */
    private void burst() {
        for (int i = streams.get(); i < STREAMS; i++) {
            var target = "/http2/" + ids.incrementAndGet();
            streams.incrementAndGet();
            stream(target).onComplete((answer, fault) -> {
                answers.put(target, answer == null ? String.valueOf(fault) : answer);
                streams.decrementAndGet();
            });
        }
    }

    private void every(Duration pause, Runnable task) {
        var unused = ticker.scheduleAtFixedRate(task, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws Exception {
        gone = true;
        ticker.shutdownNow();
        vertx.close().await(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** One keep-alive connection, and after a goodbye the next; an end that was not announced is a fault. */
    private final class Lane implements Runnable {

        private @Nullable RawClient connection;
        private boolean over;

        @Override
        public void run() {
            if (over) {
                return;
            }
            if (gone) {
                over = true;
                hangUp();
                left.countDown();
                return;
            }
            var target = "/http1/" + ids.incrementAndGet();
            try {
                answers.put(target, get(target));
            } catch (RuntimeException e) {
                answers.put(target, String.valueOf(e));
                hangUp();
            }
        }

        private String get(String target) {
            var open = connection == null ? RawClient.connect(port) : connection;
            connection = open;
            var answer = open.exchange("GET " + target + " HTTP/1.1\r\nHost: gw.test\r\n\r\n");
            if (answer.headers("Connection").contains("close")) {
                hangUp();
            }
            return answer.status() + " " + answer.text() + (answer.complete() ? "" : " cut short");
        }

        private void hangUp() {
            if (connection != null) {
                connection.close();
                connection = null;
            }
        }
    }
}
