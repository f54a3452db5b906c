package dev.tiergate.outbox;

import dev.tiergate.outbox.OutboxMetrics.Writing;
import dev.tiergate.plugin.Event;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events of this node that are not written yet: a queue with a bound, written in its order, a batch at a time; tried again
 * while PostgreSQL is away. Belongs to one context, but for the count.
 */
final class OutboxWriter {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxWriter.class);

    /** The class of such SQL states (PostgreSQL, appendix A). */
    private static final String DATA_EXCEPTION = "22";

    private static final int COMPLAIN_EACH = 1_000;

    private final Vertx vertx;
    private final Outbox outbox;
    private final OutboxBounds bounds;
    private final OutboxMetrics metrics;
    private final Function<Event.Type, Set<String>> sinks;
    private final Runnable written;
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private Future<Void> writing = Future.succeededFuture();
    private int failures;

    /** So many of the queue's first are written one by one. */
    private int alone;

    private boolean closed;

    /** @param windowEnd until when the same event is not written again */
    record Waiting(Event event, Instant windowEnd) {}

    /**
     * @param sinks that want events of a type
     * @param written told when there are new rows
     */
    OutboxWriter(
            Vertx vertx,
            Outbox outbox,
            OutboxBounds bounds,
            OutboxMetrics metrics,
            Function<Event.Type, Set<String>> sinks,
            Runnable written) {
        this.vertx = vertx;
        this.outbox = outbox;
        this.bounds = bounds;
        this.metrics = metrics;
        this.sinks = sinks;
        this.written = written;
        metrics.queue(size);
    }

    /** Takes a place in the queue; false where there is none. Called from any thread. */
    boolean reserve(Event.Type type) {
        if (size.incrementAndGet() <= bounds.queue()) {
            return true;
        }
        size.decrementAndGet();
        metrics.wrote(type, Writing.LOST, 1);
        if (lost.getAndIncrement() % COMPLAIN_EACH == 0) {
            LOG.error(
                    "Events are lost: {} wait to be written to PostgreSQL, and there is room for no more",
                    bounds.queue());
        }
        return false;
    }

    /** Of which the place was reserved. */
    void add(Event event, Instant windowEnd) {
        queue.add(new Waiting(event, windowEnd));
        write();
    }

    private void write() {
        if (writing.isComplete() && !queue.isEmpty() && failures == 0) {
            writeNow();
        }
    }

    private void writeNow() {
        var batch = queue.stream().limit(alone > 0 ? 1 : bounds.batch()).toList();
        var entries = entries(batch);
        var done = entries.isEmpty() ? Future.succeededFuture(List.<Event.Type>of()) : outbox.write(entries);
        writing = done.onSuccess(fresh -> wrote(batch, entries, fresh))
                .onFailure(fault -> failed(batch, fault))
                .mapEmpty();
        writing.onComplete(end -> write());
    }

    private List<Outbox.Entry> entries(List<Waiting> batch) {
        List<Outbox.Entry> entries = new ArrayList<>();
        for (var waiting : batch) {
            for (var sink : sinks.apply(waiting.event().type())) {
                entries.add(new Outbox.Entry(sink, waiting.event(), waiting.windowEnd()));
            }
        }
        return entries;
    }

    private void wrote(List<Waiting> batch, List<Outbox.Entry> entries, List<Event.Type> fresh) {
        over(batch);
        if (failures > 0) {
            LOG.info("Events are written to PostgreSQL again");
            failures = 0;
        }
        for (var type : Event.Type.values()) {
            long all = entries.stream()
                    .filter(entry -> entry.event().type() == type)
                    .count();
            long first = fresh.stream().filter(type::equals).count();
            metrics.wrote(type, Writing.WRITTEN, first);
            metrics.wrote(type, Writing.KNOWN, all - first);
        }
        written.run();
    }

    private void over(List<Waiting> batch) {
        batch.forEach(gone -> queue.remove());
        size.addAndGet(-batch.size());
        alone = Math.max(0, alone - batch.size());
    }

    private void failed(List<Waiting> batch, Throwable fault) {
        if (isOfData(fault)) {
            refused(batch, fault);
        } else {
            later(fault);
        }
    }

    private static boolean isOfData(Throwable fault) {
        return fault instanceof PgException answer
                && answer.getSqlState() != null
                && answer.getSqlState().startsWith(DATA_EXCEPTION);
    }

    /** Nothing is to wait for what PostgreSQL will never take: its neighbours are written one by one, and it is lost. */
    private void refused(List<Waiting> batch, Throwable fault) {
        if (batch.size() > 1) {
            alone = batch.size();
            return;
        }
        over(batch);
        metrics.wrote(batch.get(0).event().type(), Writing.LOST, 1);
        LOG.error("An event is lost: PostgreSQL does not take what stands in it: {}", fault.getMessage());
    }

    private void later(Throwable fault) {
        failures++;
        if (failures == 1) {
            LOG.warn("Events wait in memory, as PostgreSQL does not take them: {}", fault.getMessage());
        }
        if (!closed) {
            vertx.setTimer(bounds.writing().after(failures).toMillis(), again -> {
                if (!closed && writing.isComplete() && !queue.isEmpty()) {
                    writeNow();
                }
            });
        }
    }

    /** Tries once more what waits, then gives it up. */
    Future<Void> close() {
        closed = true;
        return writing.transform(before -> last()).onComplete(end -> {
            queue.forEach(waiting -> metrics.wrote(waiting.event().type(), Writing.LOST, 1));
            if (!queue.isEmpty()) {
                LOG.error("{} events are lost: PostgreSQL did not take them before the end", queue.size());
            }
        });
    }

    private Future<Void> last() {
        if (queue.isEmpty()) {
            return Future.succeededFuture();
        }
        if (writing.isComplete()) {
            writeNow();
        }
        return writing.transform(tried -> failures == 0 ? last() : Future.succeededFuture());
    }
}
