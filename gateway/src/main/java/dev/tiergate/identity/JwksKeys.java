package dev.tiergate.identity;

import dev.tiergate.routes.AuthConfig;
import dev.tiergate.routes.TargetRule;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys from a JWKS URI: loaded at once, then again and again, one load at a time; a load that fails changes nothing. Its state
 * changes on one context, and is read from all.
 */
final class JwksKeys implements KeySource {

    private static final Logger LOG = LoggerFactory.getLogger(JwksKeys.class);

    /** What it stands on, each a seam with a real default. */
    record World(
            Supplier<Future<Buffer>> fetch,
            Executor context,
            InstantSource clock,
            Alarm alarm,
            DoubleSupplier chance,
            JwksPace pace) {}

    private final World world;
    private final Set<Algorithm> allowed;
    private final String name;
    private final JwksMetrics metrics;

    private final AtomicReference<@Nullable Future<KeySet>> running = new AtomicReference<>();
    private volatile KeySet current = KeySet.none();
    private volatile Instant lastStart = Instant.MIN;
    private volatile String lastFailure = "it was not loaded yet";
    private volatile boolean closed;

    // Touched on the context only.
    private int failures;
    private List<String> reported = List.of();
    private Runnable cancelNext = () -> {};

    private JwksKeys(World world, AuthConfig auth, URI uri, MeterRegistry meters) {
        this.world = world;
        this.allowed = Algorithms.allowed(auth);
        this.name = uri.getHost() + uri.getPath();
        this.metrics = new JwksMetrics(meters, name, world.clock());
    }

    static JwksKeys open(Vertx vertx, AuthConfig auth, InstantSource clock, MeterRegistry meters, TargetRule targets) {
        JwksPace pace = JwksPace.DEFAULT;
        URI uri = Objects.requireNonNull(auth.jwks());
        if (targets.refuses(String.valueOf(uri.getHost()))) {
            throw new IllegalArgumentException("auth.jwt.jwks names a link-local or metadata address");
        }
        var fetch = new JwksFetch(vertx, uri, pace.timeout(), targets);
        Alarm alarm = (delay, task) -> {
            long timer = vertx.setTimer(Math.max(1, delay.toMillis()), id -> task.run());
            return () -> vertx.cancelTimer(timer);
        };
        DoubleSupplier chance = () -> ThreadLocalRandom.current().nextDouble();
        Context context = vertx.getOrCreateContext();
        Executor executor = task -> context.runOnContext(now -> task.run());
        return open(auth, meters, new World(fetch::fetch, executor, clock, alarm, chance, pace));
    }

    static JwksKeys open(AuthConfig auth, MeterRegistry meters, World world) {
        var keys = new JwksKeys(world, auth, Objects.requireNonNull(auth.jwks()), meters);
        keys.load(false);
        return keys;
    }

    @Override
    public KeySet current() {
        return current;
    }

    @Override
    public Optional<Future<KeySet>> lookAgain() {
        Future<KeySet> already = running.get();
        if (already != null) {
            return Optional.of(already);
        }
        return coolingDown() || closed ? Optional.empty() : load(true);
    }

    /** Also false where the clock was set back behind the last start: it must not keep new keys out for as long. */
    private boolean coolingDown() {
        Instant now = world.clock().instant();
        Instant start = lastStart;
        return !now.isBefore(start)
                && !start.equals(Instant.MIN)
                && now.isBefore(start.plus(world.pace().coolDown()));
    }

    /** Empty only where a whole load went by between the asking and the starting. */
    private Optional<Future<KeySet>> load(boolean onlyWhenCool) {
        Promise<KeySet> loaded = Promise.promise();
        Future<KeySet> other = running.compareAndExchange(null, loaded.future());
        if (other != null) {
            return Optional.of(other);
        }
        if (onlyWhenCool && coolingDown()) {
            running.set(null);
            loaded.complete(current);
            return Optional.empty();
        }
        lastStart = world.clock().instant();
        // Within a future from the start, so that not even a fault of ours leaves the load running for ever.
        world.context()
                .execute(() -> Future.succeededFuture()
                        .compose(start -> world.fetch().get())
                        .map(this::take)
                        .onComplete(taken -> settle(taken, loaded)));
        return Optional.of(loaded.future());
    }

    private void settle(AsyncResult<String> taken, Promise<KeySet> loaded) {
        String failure = taken.succeeded()
                ? taken.result()
                : String.valueOf(taken.cause().getMessage());
        failures = failure.isEmpty() ? 0 : failures + 1;
        report(failure);
        lastFailure = failure;
        running.set(null);
        scheduleNext();
        loaded.complete(current);
    }

    /** What is wrong with the document, or nothing; then its keys are in force. */
    private String take(Buffer json) {
        JwksDocument document = JwksDocument.read(json.getBytes(), allowed);
        reportKeys(document);
        if (!document.refused().isEmpty()) {
            return document.refused();
        }
        Instant now = world.clock().instant();
        current = current.replacedBy(
                document.keys(), now.plus(world.pace().maxAge()).toEpochMilli());
        metrics.loaded(now);
        return "";
    }

    private void scheduleNext() {
        cancelNext.run();
        if (!closed) {
            Duration delay = world.pace().next(failures, world.chance().getAsDouble());
            cancelNext = world.alarm().after(delay, () -> load(false));
        }
    }

    /** One line for an outage and one for its end, not one for every retry. */
    private void report(String failure) {
        if (failure.isEmpty()) {
            if (!lastFailure.isEmpty()) {
                LOG.info("JWKS of {} loaded, {} keys", name, current.size());
            }
            return;
        }
        metrics.failed();
        if (!failure.equals(lastFailure)) {
            LOG.warn("JWKS of {} not loaded: {}", name, failure);
        }
    }

    private void reportKeys(JwksDocument document) {
        if (document.problems().equals(reported)) {
            return;
        }
        reported = document.problems();
        if (document.alarming()) {
            LOG.error("JWKS of {} publishes a private key: {}", name, reported);
        } else if (!reported.isEmpty()) {
            LOG.warn("JWKS of {} has keys that are not used: {}", name, reported);
        }
    }

    @Override
    public Optional<String> notReady() {
        if (current.goodAt(world.clock().millis())) {
            return Optional.empty();
        }
        String state = current.size() == 0 ? "no keys from " : "keys too old from ";
        return Optional.of(state + name + (lastFailure.isEmpty() ? "" : ": " + lastFailure));
    }

    @Override
    public void close() {
        closed = true;
        world.context().execute(() -> cancelNext.run());
        metrics.close();
    }
}
