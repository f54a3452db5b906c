package dev.tiergate.routes;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices a changed routes.yaml and hands over what became of it.
 *
 * <p>It reads the file again and again and compares what it holds. So an edit in place, a rename over it and the swap of a
 * symbolic link on the way to it (as Kubernetes does with a ConfigMap) are the same to it, and a change of the time alone
 * is none. A changed variable or key file that it names is a change of it too. A file that is half written when it is
 * read is refused like any bad one, and read again.
 */
public final class RoutesWatch implements AutoCloseable {

    /** Soon enough for a change to be in force within a second; each time a few kilobytes are read. */
    private static final Duration EVERY = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(RoutesWatch.class);

    private final Context context;
    private final RoutesLoader loader;
    private final Path file;
    private final Supplier<@Nullable CatalogueCodes> codes;
    private final Function<LoadResult, Future<Void>> changed;
    private final long timer;

    /** Read and written by one worker at a time. */
    private String seen;

    /** The last change that was found, with all before it; touched on the context only. */
    private Future<Void> settled = Future.succeededFuture();

    private final AtomicBoolean looking = new AtomicBoolean();

    /**
     * @param hash of the configuration that serves now
     * @param codes asked at each change; may give null
     * @param changed told of each change, one after the other: the next one waits until it has taken or refused the one
     *     before. Called on this watch's context; what it throws is logged
     */
    public RoutesWatch(
            Vertx vertx,
            RoutesLoader loader,
            Path file,
            String hash,
            Supplier<@Nullable CatalogueCodes> codes,
            Function<LoadResult, Future<Void>> changed) {
        this(vertx, loader, file, hash, EVERY, codes, changed);
    }

    RoutesWatch(
            Vertx vertx,
            RoutesLoader loader,
            Path file,
            String hash,
            Duration every,
            Supplier<@Nullable CatalogueCodes> codes,
            Function<LoadResult, Future<Void>> changed) {
        this.context = vertx.getOrCreateContext();
        this.loader = loader;
        this.file = file;
        this.seen = hash;
        this.codes = codes;
        this.changed = changed;
        this.timer = vertx.setPeriodic(every.toMillis(), id -> tick());
    }

    /**
     * Looks now. True when it found a change, which no look before it did; either way what the file held has been taken or
     * refused by then.
     */
    public Future<Boolean> check() {
        return context.executeBlocking(this::look, true).compose(this::handOver);
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

    private Future<Boolean> handOver(Optional<LoadResult> result) {
        settled = settled.transform(before -> result.map(changed).orElseGet(() -> Future.succeededFuture()));
        return settled.map(result.isPresent());
    }
}
