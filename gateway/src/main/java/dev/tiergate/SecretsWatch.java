package dev.tiergate;

import dev.tiergate.edge.TlsIdentity;
import dev.tiergate.telemetry.GateMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets among the settings, which may change while the gateway runs: the URLs of the stores, where they stand in
 * files, and the certificate with its key. The files are read again and again; a change is taken when it was found twice
 * the same, as files are seldom written at once, and a bad one keeps what was.
 */
final class SecretsWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SecretsWatch.class);

    /** Soon enough for a rotation, and next to nothing to do: a few small files. */
    private static final Duration EVERY = Duration.ofMillis(500);

    private final Vertx vertx;
    private final Function<String, @Nullable String> environment;
    private final GateMetrics metrics;
    private final Function<TlsIdentity, Future<Void>> renew;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile Held held;
    private volatile @Nullable String trouble;
    private @Nullable Found before;

    private record Held(
            @Nullable URI database,
            @Nullable URI migration,
            @Nullable URI admin,
            @Nullable String redis,
            @Nullable TlsIdentity tls) {

        static Held of(Settings settings) {
            return new Held(
                    settings.database(),
                    settings.migrationDatabase(),
                    settings.adminDatabase(),
                    settings.redis(),
                    settings.tls());
        }
    }

    /** What a look found: secrets, or why there are none. */
    private record Found(@Nullable Held secrets, @Nullable String fault) {}

    /**
     * @param environment asked anew at each look
     * @param renew gives the listener another certificate
     */
    SecretsWatch(
            Vertx vertx,
            Settings settings,
            Function<String, @Nullable String> environment,
            GateMetrics metrics,
            Function<TlsIdentity, Future<Void>> renew) {
        this.vertx = vertx;
        this.environment = environment;
        this.metrics = metrics;
        this.renew = renew;
        this.held = Held.of(settings);
        metrics.countsSecrets();
    }

    /** Begins to look for changes; the listener is to be open by then. */
    void watch() {
        vertx.setPeriodic(EVERY.toMillis(), tick -> look());
    }

    /** PostgreSQL as requests use it, at this time; so are the others. */
    Supplier<String> database() {
        return () -> String.valueOf(held.database());
    }

    Supplier<String> migration() {
        return () -> first(held.migration(), held.database());
    }

    Supplier<String> admin() {
        return () -> first(held.admin(), held.database());
    }

    Supplier<String> redis() {
        return () -> String.valueOf(held.redis());
    }

    private static String first(@Nullable URI... urls) {
        return String.valueOf(
                Arrays.stream(urls).filter(url -> url != null).findFirst().orElse(null));
    }

    /** Why the last change was refused, in one line; empty when it was taken. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    private void look() {
        if (looking.compareAndSet(false, true)) {
            vertx.executeBlocking(this::find, false).compose(this::found).onComplete(done -> looking.set(false));
        }
    }

    private Found find() {
        try {
            return new Found(Held.of(Settings.from(environment)), null);
        } catch (Settings.InvalidSettingsException e) {
            return new Found(null, String.valueOf(e.getMessage()).replace(System.lineSeparator(), "; "));
        }
    }

    private Future<Void> found(Found now) {
        var stable = now.equals(before);
        before = now;
        if (!stable) {
            return Future.succeededFuture();
        }
        if (now.secrets() == null) {
            return refuse(String.valueOf(now.fault()));
        }
        var next = now.secrets();
        if (next.equals(held)) {
            trouble = null;
            return Future.succeededFuture();
        }
        var certificate = next.tls();
        var renewed = certificate == null || certificate.equals(held.tls())
                ? Future.<Void>succeededFuture()
                : renew.apply(certificate);
        return renewed.transform(
                outcome -> outcome.succeeded() ? take(next) : refuse("the certificate cannot be used"));
    }

    private Future<Void> take(Held next) {
        held = next;
        trouble = null;
        metrics.secrets("taken");
        LOG.info("Changed secrets were taken");
        return Future.succeededFuture();
    }

    /** Said and counted once. */
    private Future<Void> refuse(String why) {
        if (!why.equals(trouble)) {
            trouble = why;
            metrics.secrets("refused");
            LOG.error("Changed secrets were not taken: {}", why);
        }
        return Future.succeededFuture();
    }
}
