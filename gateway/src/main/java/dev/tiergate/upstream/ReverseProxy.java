package dev.tiergate.upstream;

import dev.tiergate.routes.UpstreamConfig;
import dev.tiergate.routes.UpstreamConfig.Protocol;
import dev.tiergate.telemetry.Lately;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.impl.VertxConnection;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forwards requests to one upstream, for one event loop, whose thread alone may use it. Exchanges beyond what the
 * endpoints may carry wait here, in order, where a client that leaves takes its place with it: the client's own queue
 * cannot be left.
 */
public final class ReverseProxy {

    private static final Logger LOG = LoggerFactory.getLogger(ReverseProxy.class);

    /** Waiting exchanges for each one that may run. */
    private static final int WAITING_PER_PLACE = 4;

    private final Vertx vertx;
    private final Condition condition;
    private final UpstreamConfig config;
    private final int connections;
    private final AddressGuard guard;
    private final Deadlines deadlines;
    private final LongSupplier clock;
    private final Lately badHead;
    private final InstantSource time;
    private final Balancer balancer;
    private final List<RequestOptions> targets;
    private final int maxWaiting;
    private final Set<Exchange> waiting = new LinkedHashSet<>();
    private final @Nullable Signature signature;
    private @Nullable HttpClient client;
    private @Nullable HttpClient upgradeClient;
    private int exchanges;
    private boolean retired;

    /** @param connections to each endpoint, from this event loop */
    ReverseProxy(
            Vertx vertx,
            Condition condition,
            int connections,
            AddressGuard guard,
            Deadlines deadlines,
            LongSupplier clock,
            InstantSource time,
            RandomGenerator random) {
        this.vertx = vertx;
        this.condition = condition;
        this.config = condition.config();
        this.connections = connections;
        this.guard = guard;
        this.deadlines = deadlines;
        this.clock = clock;
        this.badHead = new Lately(clock);
        this.time = time;
        int capacity =
                config.protocol() == Protocol.HTTP1 ? connections : connections * ClientOptions.STREAMS_PER_CONNECTION;
        List<Endpoint> endpoints = new ArrayList<>();
        List<RequestOptions> options = new ArrayList<>();
        for (URI uri : config.endpoints()) {
            int index = endpoints.size();
            endpoints.add(new Endpoint(index, uri, capacity, condition.healths().get(index)));
            options.add(Targets.of(uri));
        }
        this.balancer = new Balancer(endpoints, config.balance(), random);
        this.targets = List.copyOf(options);
        this.maxWaiting = capacity * endpoints.size() * WAITING_PER_PLACE;
        this.signature = config.signKey() == null ? null : new Signature(config.signKey());
    }

    /**
     * Sends the request on and its response back. Never throws and never fails: completes when the exchange is over.
     * The request must be paused, or its body read. Takes over the handlers of the request and its response; after
     * {@link Forwarded.Failed} they are the caller's again.
     */
    public Future<Forwarded> forward(HttpServerRequest request, Forward forward) {
        exchanges++;
        var exchange = new Exchange(this, request, forward);
        exchange.start();
        return exchange.future();
    }

    /** Exchanges that wait for room. */
    int waiting() {
        return waiting.size();
    }

    UpstreamConfig config() {
        return config;
    }

    boolean serves(Condition wanted) {
        return condition.equals(wanted);
    }

    Vertx vertx() {
        return vertx;
    }

    Deadlines deadlines() {
        return deadlines;
    }

    void admit(Exchange exchange) {
        // an endpoint that was unfit may have come back, of which nobody tells
        dispatch();
        Ticket ticket = ticket();
        Endpoint endpoint = ticket != null && waiting.isEmpty() ? take(List.of()) : null;
        if (ticket == null) {
            exchange.notSent(Failures.circuitOpen(retryAfter()));
        } else if (endpoint != null) {
            exchange.begin(endpoint, ticket);
        } else {
            ticket.giveBack();
            enqueue(exchange);
        }
    }

    private void enqueue(Exchange exchange) {
        if (waiting.size() < maxWaiting) {
            waiting.add(exchange);
            exchange.queued();
        } else {
            exchange.notSent(Failures.OVERLOADED);
        }
    }

    void leave(Exchange exchange) {
        waiting.remove(exchange);
    }

    /** Room on an endpoint, or null when none has any. */
    @Nullable
    Endpoint take(List<Endpoint> tried) {
        Endpoint endpoint = balancer.pick(clock.getAsLong(), tried);
        if (endpoint != null) {
            endpoint.take();
        }
        return endpoint;
    }

    /** Ends what {@link #take} began. */
    void giveBack(Endpoint endpoint) {
        endpoint.giveBack();
        dispatch();
    }

    /** Begins as many as there is room for; who has waited longest goes first. */
    private void dispatch() {
        while (!waiting.isEmpty()) {
            Ticket ticket = ticket();
            if (ticket == null) {
                first().notSent(Failures.circuitOpen(retryAfter()));
                continue;
            }
            Endpoint next = take(List.of());
            if (next == null) {
                ticket.giveBack();
                return;
            }
            first().begin(next, ticket);
        }
    }

    private Exchange first() {
        Iterator<Exchange> queue = waiting.iterator();
        Exchange exchange = queue.next();
        queue.remove();
        return exchange;
    }

    /** Leave to send one request; null while the circuit is open. */
    private @Nullable Ticket ticket() {
        Breaker breaker = condition.breaker();
        return breaker == null ? Ticket.free() : breaker.admit();
    }

    private Duration retryAfter() {
        Breaker breaker = condition.breaker();
        return breaker == null ? Duration.ZERO : breaker.retryAfter();
    }

    void failed(@Nullable Endpoint endpoint) {
        if (endpoint != null) {
            endpoint.ejection().failed(clock.getAsLong());
        }
    }

    /** The head of an answer came. */
    void answered(@Nullable Endpoint endpoint, HttpClientResponse answer) {
        KeepAlive.shorten(answer.headers());
        if (endpoint != null) {
            endpoint.ejection().succeeded();
        }
    }

    /** Each answer would be a line of the log otherwise. */
    void badHead(String fault) {
        if (badHead.begins()) {
            LOG.warn("{}: {}", config.name(), fault);
        }
    }

    /** A client has as long for its body as the upstream for its answer: then its place is another's. */
    void uploading(Ticket ticket) {
        if (condition.breaker() != null) {
            deadlines.limit(ticket, config.responseTimeout());
        }
    }

    /** A request of which nothing was sent, on a connection to where this upstream may lead. */
    Future<HttpClientRequest> connect(Endpoint endpoint, boolean upgrade) {
        RequestOptions target = targets.get(endpoint.index());
        endpoint.connects();
        Future<HttpClientRequest> request;
        try {
            request = guard.watch(endpoint.uri(), (upgrade ? upgradeClient() : client()).request(target));
        } catch (RuntimeException e) {
            request = Future.failedFuture(e);
        }
        return request.onComplete(done -> endpoint.connected());
    }

    /**
     * Whether it was others that kept an exchange from a connection, and not the endpoint: a pool of HTTP/2, or one of
     * upgrades beside it, may hold fewer than an endpoint carries, as the backend says how many streams it takes.
     */
    boolean crowded(Endpoint endpoint, Throwable failure) {
        return failure instanceof ConnectionPoolTooBusyException
                || (failure instanceof TimeoutException && config.protocol() != Protocol.HTTP1 && endpoint.serves());
    }

    /** Gives a request to the upstream its head. */
    void prepare(HttpClientRequest upstream, HttpServerRequest request, Forward forward, boolean upgrade) {
        readOn(upstream.connection());
        MultiMap headers = upstream.headers();
        upstream.setMethod(forward.method()).setURI(forward.target());
        Headers.toUpstream(request.headers(), headers, forward.passes(), upstream.version());
        if (upgrade) {
            headers.set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
            headers.set(Upgrade.HEADER, Upgrade.WEBSOCKET_TOKEN);
        }
        forward.headers().accept(headers);
        sign(headers);
    }

    /** One whose last response came whole may be lent while its client still takes that, which can have stopped the reading. */
    private static void readOn(HttpConnection lent) {
        if (lent instanceof VertxConnection connection) {
            connection.doResume();
        }
    }

    private void sign(MultiMap headers) {
        if (signature != null) {
            headers.set(
                    IdentityHeaders.SIGNATURE,
                    signature.of(
                            headers.get(IdentityHeaders.STORE_ID),
                            headers.get(IdentityHeaders.FEATURE),
                            headers.get("X-Request-Id"),
                            time.instant().getEpochSecond()));
        }
    }

    void ended() {
        exchanges--;
        if (retired && exchanges == 0) {
            closeClients();
        }
    }

    /** Serves what it has begun, and closes its connections then. */
    void retire() {
        retired = true;
        if (exchanges == 0) {
            closeClients();
        }
    }

    /** A request that was matched before the change may still come: it gets a client of its own. */
    private HttpClient client() {
        if (client == null) {
            client = newClient(config.protocol());
        }
        return client;
    }

    /** WebSockets need HTTP/1.1, whatever else is spoken to the endpoints. */
    private HttpClient upgradeClient() {
        if (config.protocol() == Protocol.HTTP1) {
            return client();
        }
        if (upgradeClient == null) {
            upgradeClient = newClient(Protocol.HTTP1);
        }
        return upgradeClient;
    }

    private HttpClient newClient(Protocol protocol) {
        return vertx.httpClientBuilder()
                .with(ClientOptions.client(config, protocol))
                .with(ClientOptions.pool(connections))
                // The exchange hears of it too; without a handler each broken connection would be an error in the log.
                .withConnectHandler(connection -> connection.exceptionHandler(
                        failure -> LOG.debug("{}: a connection broke: {}", config.name(), failure.getMessage())))
                .build();
    }

    private void closeClients() {
        if (client != null) {
            client.close();
            client = null;
        }
        if (upgradeClient != null) {
            upgradeClient.close();
            upgradeClient = null;
        }
    }
}
