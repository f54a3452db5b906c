package dev.tiergate.upstream;

import dev.tiergate.Eventually;
import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.TargetRule;
import dev.tiergate.routes.UpstreamConfig;
import dev.tiergate.telemetry.GateMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.dns.AddressResolverOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A listener that only forwards, as the gateway's edge does after its checks, and notes what became of it. */
final class Edge implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    /** How each forwarding ended, in order. */
    final BlockingQueue<Forwarded> ends = new LinkedBlockingQueue<>();

    /** What settlements were told, in order. */
    final BlockingQueue<String> settled = new LinkedBlockingQueue<>();

    /** A name that leads to the loopback address. */
    static final String NAME = "shop.test";

    private final AtomicLong skipped = new AtomicLong();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(1)
            .setPreferNativeTransport(true)
            .setAddressResolverOptions(new AddressResolverOptions()
                    .setHostsValue(Buffer.buffer("127.0.0.1 localhost\n127.0.0.1 " + NAME + "\n"))));
    private final Context loop = vertx.getOrCreateContext();
    private final Conditions conditions;
    private final Upstreams upstreams;
    private final HttpServer server;
    private TargetRule targets = new TargetRule(List.of());
    private Function<HttpServerRequest, Future<Forward>> gate = request -> Future.succeededFuture(forward(request));

    private volatile @Nullable ReverseProxy matched;

    private Edge(HttpServerOptions options) {
        var metrics = new GateMetrics(meters);
        conditions = new Conditions(vertx, metrics, this::nanos, InstantSource.fixed(NOW), new Random(1));
        upstreams = new Upstreams(vertx, 1, conditions, metrics, this::nanos, InstantSource.fixed(NOW), new Random(1));
        server = vertx.createHttpServer(options.setHost("127.0.0.1")
                        .setMaxHeaderSize(64 << 10)
                        .setMaxChunkSize(ClientOptions.MAX_CHUNK))
                .requestHandler(this::handle);
    }

    static Edge to(UpstreamConfig config) {
        return to(config, new HttpServerOptions());
    }

    static Edge to(UpstreamConfig config, HttpServerOptions options) {
        var edge = new Edge(options);
        edge.update(config);
        await(Future.future(listening -> edge.loop.runOnContext(
                now -> edge.server.listen(0).<Void>mapEmpty().onComplete(listening))));
        return edge;
    }

    /** What stands between a request and its forwarding; without it the request is forwarded at once. */
    Edge gate(Function<HttpServerRequest, Future<Forward>> next) {
        gate = next;
        return this;
    }

    /** Where names may not lead, from the next update on. */
    Edge targets(TargetRule next) {
        targets = next;
        return this;
    }

    MeterRegistry meters() {
        return meters;
    }

    int port() {
        return server.actualPort();
    }

    Conditions conditions() {
        return conditions;
    }

    private long nanos() {
        return System.nanoTime() + skipped.get();
    }

    void update(UpstreamConfig... configs) {
        var all = Arrays.stream(configs).collect(Collectors.toMap(UpstreamConfig::name, Function.identity()));
        onLoop(() -> {
            conditions.update(all, targets);
            upstreams.update(all, targets);
            return "updated";
        });
    }

    ReverseProxy proxy() {
        return onLoop(() -> upstreams.of("shop"));
    }

    /** Forwards to this from now on, as a request does that was matched under an older configuration. */
    void use(ReverseProxy proxy) {
        matched = proxy;
    }

    /** How many exchanges wait for a connection. */
    int waiting() {
        return onLoop(() -> current().waiting());
    }

    /** Moves the monotonic clock. */
    void skip(Duration time) {
        skipped.addAndGet(time.toNanos());
    }

    Forward forward(HttpServerRequest request) {
        return forward(request, null, Edge::seen, new Notes());
    }

    /** @param read what the gate has read of the body */
    Forward forward(HttpServerRequest request, @Nullable Buffer read) {
        return forward(request, read, Edge::seen, new Notes());
    }

    private static void seen(int status, MultiMap headers) {
        headers.set("X-Seen", Integer.toString(status));
    }

    /** With its notes of what settlements are told. */
    Forward forward(HttpServerRequest request, ResponseHead head) {
        return forward(request, null, head, new Notes());
    }

    Forward forward(HttpServerRequest request, ResponseHead head, Settlement settlement) {
        return forward(request, null, head, settlement);
    }

    private static Forward forward(
            HttpServerRequest request, @Nullable Buffer read, ResponseHead head, Settlement settlement) {
        return new Forward(
                request.method(),
                request.uri(),
                read,
                0,
                name -> !name.toString().toLowerCase(Locale.ROOT).startsWith("x-tiergate-"),
                headers -> headers.set("X-Request-Id", "r-1")
                        .set("X-Tiergate-Store-Id", "7")
                        .set("X-Tiergate-Feature", "orders"),
                head,
                settlement);
    }

    Forwarded nextEnd() {
        return next(ends);
    }

    String nextSettled() {
        return next(settled);
    }

    static <T> T next(BlockingQueue<T> queue) {
        try {
            T element = queue.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (element == null) {
                throw new AssertionError("nothing came within " + PATIENCE);
            }
            return element;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for what nobody announces. */
    static void until(BooleanSupplier condition) {
        Eventually.so("what the proxy comes to", condition);
    }

    <T> T onLoop(Callable<T> task) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(now -> {
            try {
                done.complete(task.call());
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return await(done.future());
    }

    private ReverseProxy current() {
        return matched == null ? upstreams.of("shop") : matched;
    }

    private void handle(HttpServerRequest request) {
        request.pause();
        gate.apply(request)
                .compose(forward -> current().forward(request, forward))
                .onSuccess(end -> {
                    if (end instanceof Forwarded.Failed failed) {
                        request.response()
                                .setStatusCode(failed.refuse().reason().status())
                                .end(failed.refuse().reason().code());
                    }
                    ends.add(end);
                });
    }

    @Override
    public void close() {
        await(vertx.close());
    }

    private final class Notes implements Settlement {
        @Override
        public void answered(Outcome outcome) {
            settled.add(outcome.kind() + " " + outcome.status());
        }

        @Override
        public void ended() {
            settled.add("ended");
        }
    }
}
