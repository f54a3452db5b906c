package dev.tiergate.routes;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a changed routes.yaml and hands over what became of it.
 *
 * <p>It reads the file again and again and compares what it holds. So an edit in place, a rename over it and the swap of a
 * symbolic link on the way to it (as Kubernetes does with a ConfigMap) are the same to it, and a change of the time alone
 * is none. A changed variable or key file that it names is a change of it too. A file that is half written when it is read is refused like any bad one, and read again.
 */
public final class RoutesWatch implements AutoCloseable {

    /** Soon enough for a change to be in force within a second; each time a few kilobytes are read. */
    private static final Duration EVERY = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(RoutesWatch.class);

    private final Context context;
    private final RoutesLoader loader;
    private final Path file;
    private final Supplier<@Nullable CatalogueCodes> codes;
    private final Consumer<LoadResult> changed;
    private final long timer;

    /** Read and written by one worker at a time. */
    private String seen;

    private final AtomicBoolean looking = new AtomicBoolean();

    /**
     * @param hash of the configuration that serves now
     * @param codes asked at each change; may give null
     * @param changed called on this watch's context, once a change; what it throws is logged
     */
    public RoutesWatch(
            Vertx vertx,
            RoutesLoader loader,
            Path file,
            String hash,
            Supplier<@Nullable CatalogueCodes> codes,
            Consumer<LoadResult> changed) {
        this(vertx, loader, file, hash, EVERY, codes, changed);
    }

    RoutesWatch(
            Vertx vertx,
            RoutesLoader loader,
            Path file,
            String hash,
            Duration every,
            Supplier<@Nullable CatalogueCodes> codes,
            Consumer<LoadResult> changed) {
        this.context = vertx.getOrCreateContext();
        this.loader = loader;
        this.file = file;
        this.seen = hash;
        this.codes = codes;
        this.changed = changed;
        this.timer = vertx.setPeriodic(every.toMillis(), id -> tick());
    }

    /** Looks now. True when there was a change, which has been handed over by then. */
    public Future<Boolean> check() {
        return context.executeBlocking(this::look, true).map(this::handOver);
    }

    @Override
    public void close() {
        context.owner().cancelTimer(timer);
    }

    /** Never more than one look in line, however slow the disk is. */
    private void tick() {
        if (!looking.compareAndSet(false, true)) {
            return;
        }
        check().onComplete(look -> {
            looking.set(false);
            if (look.failed()) {
                LOG.error("A change of the routes could not be taken over", look.cause());
            }
        });
    }

    private Optional<LoadResult> look() {
        Problems problems = new Problems(file.toString());
        Optional<byte[]> bytes = RoutesFile.read(file, problems);
        String now =
                bytes.map(RoutesFile::hash).orElseGet(() -> problems.errors().toString());
        if (now.equals(seen) && !loader.outsideChanged()) {
            return Optional.empty();
        }
        seen = now;
        return Optional.of(
                bytes.isPresent()
                        ? loader.load(bytes.get(), codes.get(), problems)
                        : new LoadResult.Rejected(problems.errors()));
    }

    private boolean handOver(Optional<LoadResult> result) {
        result.ifPresent(changed);
        return result.isPresent();
    }
}
