package dev.tiergate.upstream;

import dev.tiergate.plugin.Outcome;
import dev.tiergate.plugin.Settlement;
import dev.tiergate.routes.UpstreamConfig;
import dev.tiergate.routes.UpstreamConfig.Balance;
import dev.tiergate.routes.UpstreamConfig.Protocol;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A listener that does nothing but forward, as the gateway's edge would after its checks, and notes what became of it. */
final class Edge implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(20);

    final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
    final BlockingQueue<Forwarded> ends = new LinkedBlockingQueue<>();
    final BlockingQueue<String> settled = new LinkedBlockingQueue<>();

    private final Upstreams upstreams;
    private final HttpServer server;
    private Function<HttpServerRequest, Future<Forward>> gate;

    private Edge(HttpServerOptions options, LongSupplier clock, InstantSource time) {
        upstreams = new Upstreams(vertx, 1, clock, time, new Random(1));
        server = vertx.createHttpServer(options.setHost("127.0.0.1").setMaxHeaderSize(65536));
        gate = request -> Future.succeededFuture(forward(request));
    }

    static Edge to(UpstreamConfig config) {
        return to(config, new HttpServerOptions(), System::nanoTime);
    }

    static Edge to(UpstreamConfig config, HttpServerOptions options) {
        return to(config, options, System::nanoTime);
    }

    static Edge to(UpstreamConfig config, HttpServerOptions options, LongSupplier clock) {
        return to(config, options, clock, InstantSource.system());
    }

    static Edge to(UpstreamConfig config, HttpServerOptions options, LongSupplier clock, InstantSource time) {
        var edge = new Edge(options, clock, time);
        edge.update(config);
        edge.listen();
        return edge;
    }

    /** What stands between the request and its forwarding; the plain one forwards at once. */
    Edge gate(Function<HttpServerRequest, Future<Forward>> next) {
        gate = next;
        return this;
    }

    int port() {
        return server.actualPort();
    }

    void update(UpstreamConfig... configs) {
        onLoop(() -> {
            upstreams.update(java.util.Arrays.stream(configs)
                    .collect(java.util.stream.Collectors.toMap(UpstreamConfig::name, config -> config)));
            return null;
        });
    }

    ReverseProxy proxy(String name) {
        return onLoop(() -> upstreams.of(name));
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

    <T> T onLoop(java.util.concurrent.Callable<T> task) {
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

    Forward forward(HttpServerRequest request) {
        return forward(request, null);
    }

    Forward forward(HttpServerRequest request, @Nullable Buffer read) {
        return new Forward(
                request.method(),
                request.uri(),
                read,
                name -> !name.toString().toLowerCase(java.util.Locale.ROOT).startsWith("x-tiergate-"),
                HttpHeaders.headers().add("X-Request-Id", "r-1").add("X-Tiergate-Store-Id", "7"),
                (status, headers) -> headers.set("X-Seen", Integer.toString(status)),
                new Notes());
    }

    private final io.vertx.core.Context loop = vertx.getOrCreateContext();

    private void listen() {
        await(vertx.deployVerticle(new AbstractVerticle() {
            @Override
            public void start(Promise<Void> started) {
                server.requestHandler(Edge.this::handle)
                        .listen(0)
                        .<Void>mapEmpty()
                        .onComplete(started);
            }
        }));
    }

    private void handle(HttpServerRequest request) {
        request.pause();
        gate.apply(request)
                .compose(forward -> upstreams.of("shop").forward(request, forward))
                .onComplete((end, failure) -> {
                    if (end instanceof Forwarded.Failed failed) {
                        request.response()
                                .setStatusCode(failed.refuse().reason().status())
                                .putHeader("Connection", request.isEnded() ? "keep-alive" : "close")
                                .end(failed.refuse().reason().code());
                    }
                    if (end != null) {
                        ends.add(end);
                    } else {
                        failure.printStackTrace();
                    }
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

    // Configurations

    static Config shop(String... endpoints) {
        return new Config(List.of(endpoints).stream().map(URI::create).toList());
    }

    /** Patient defaults that a test narrows. */
    static final class Config {
        private final List<URI> endpoints;
        private Balance balance = Balance.ROUND_ROBIN;
        private Protocol protocol = Protocol.HTTP1;
        private Duration connect = PATIENCE;
        private Duration response = PATIENCE;
        private Duration idle = PATIENCE;
        private int connections = 16;
        private @Nullable String signKey;
        private @Nullable String tlsCa;

        private Config(List<URI> endpoints) {
            this.endpoints = endpoints;
        }

        Config balance(Balance next) {
            balance = next;
            return this;
        }

        Config protocol(Protocol next) {
            protocol = next;
            return this;
        }

        Config connect(Duration next) {
            connect = next;
            return this;
        }

        Config response(Duration next) {
            response = next;
            return this;
        }

        Config idle(Duration next) {
            idle = next;
            return this;
        }

        Config connections(int next) {
            connections = next;
            return this;
        }

        Config signKey(String next) {
            signKey = next;
            return this;
        }

        Config tlsCa(String next) {
            tlsCa = next;
            return this;
        }

        UpstreamConfig config() {
            return new UpstreamConfig(
                    "shop", endpoints, balance, protocol, connect, response, idle, connections, signKey, tlsCa);
        }
    }

    static Map<String, UpstreamConfig> of(UpstreamConfig config) {
        return Map.of(config.name(), config);
    }
}
