package dev.tiergate.entitlement;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The catalogue that serves now, swapped whole when a newer one was read. */
final class Snapshots {

    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

    /** Generous: it is read seldom, and no request waits for it. */
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final Loading loading;
    private final EntitlementSource source;
    private final RejectedRows rejected;
    private final EntitlementCopies copies;
    /** Those of the current one, where it was read and not copied; for its copy. */
    private @Nullable CatalogueRows rows;

    private volatile @Nullable Catalogue current;
    private @Nullable Future<Catalogue> running;

    Snapshots(Loading loading, EntitlementSource source, RejectedRows rejected, EntitlementCopies copies) {
        this.loading = loading;
        this.source = source;
        this.rejected = rejected;
        this.copies = copies;
    }

    /** Null until one was loaded. */
    @Nullable
    Catalogue current() {
        return current;
    }

    RejectedRows rejected() {
        return rejected;
    }

    /** The snapshot of this revision or a later one, read if need be, once for all who ask. Called on the loading context. */
    Future<Catalogue> atLeast(long revision) {
        Catalogue known = current;
        if (known != null && known.revision() >= revision) {
            return Future.succeededFuture(known);
        }
        Future<Catalogue> sooner = running;
        if (sooner != null) {
            // It may have begun before the change.
            return sooner.transform(outcome -> atLeast(revision, outcome.succeeded()));
        }
        return read().compose(next -> next.revision() >= revision
                ? Future.succeededFuture(next)
                : Future.failedFuture("the catalogue that was read is older than what is known"));
    }

    private Future<Catalogue> atLeast(long revision, boolean readable) {
        return readable ? atLeast(revision) : Future.failedFuture("the catalogue could not be read");
    }

    /** Reads it whatever is known, as after revisions began anew. */
    Future<Catalogue> read() {
        Promise<Catalogue> promise = Promise.promise();
        running = promise.future();
        source.catalogue()
                .timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(outcome -> loading.run(() -> {
                    running = null;
                    if (outcome.succeeded()) {
                        var next = Catalogue.of(outcome.result(), rejected);
                        rows = outcome.result();
                        leaveCopy();
                        swap(next);
                        promise.complete(next);
                    } else {
                        promise.fail(outcome.cause());
                    }
                }));
        return promise.future();
    }

    /** Says to the copy that what was read is true still. */
    void leaveCopy() {
        var known = rows;
        if (known != null) {
            copies.keep(known);
        }
    }

    /** Takes the copy that a load left behind, where there is none yet that was read. Never fails; true when there is one. */
    Future<Boolean> readCopy() {
        return copies.catalogue().map(found -> {
            if (current == null && found.isPresent()) {
                LOG.warn("The catalogue is a copy, {} s old", found.get().age().toSeconds());
                swap(Catalogue.of(found.get().content(), rejected));
            }
            return current != null;
        });
    }

    private void swap(Catalogue next) {
        current = next;
        LOG.info(
                "Catalogue of revision {} serves: {} tiers, {} features, {} limits",
                next.revision(),
                next.tiers().size(),
                next.features().size(),
                next.limits().size());
    }
}
