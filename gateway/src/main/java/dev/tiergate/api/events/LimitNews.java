package dev.tiergate.api.events;

import dev.tiergate.limits.LimitEvents;
import dev.tiergate.limits.Subject;
import dev.tiergate.limits.Usage;
import dev.tiergate.plugin.Limit;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells all nodes of a limit's news, once a window from all nodes together. No request waits for it, and what Redis does
 * not take in time is lost: the page reads the counters anyway when it next looks.
 */
final class LimitNews implements LimitEvents {

    /** Before a store's id in braces; counters begin otherwise. */
    static final String PREFIX = "tg:e:{";

    private static final Logger LOG = LoggerFactory.getLogger(LimitNews.class);

    /** For limits that never start anew: from when on the same news is news again. */
    private static final Duration MEMORY = Duration.ofHours(1);

    private static final int COMPLAIN_EACH = 1_000;

    /** Commands of Redis 6.2 only. */
    private static final String ONCE = """
            if redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[1]) then
              redis.call('PUBLISH', ARGV[2], ARGV[3])
              return 1
            end
            return 0
            """;

    private final RedisLine redis;
    private final EventMetrics metrics;
    private final AtomicInteger lost = new AtomicInteger();

    LimitNews(RedisLine redis, EventMetrics metrics) {
        this.redis = redis;
        this.metrics = metrics;
    }

    static String channel(String store) {
        return PREFIX + store + "}";
    }

    @Override
    public void happened(Subject subject, Kind kind, Usage usage) {
        publish(subject, kind, usage);
    }

    /** True where this was the first to tell. */
    Future<Boolean> publish(Subject subject, Kind kind, Usage usage) {
        var store = subject.store().externalId();
        var key = key(subject, kind, usage);
        return redis.send(
                        key,
                        Request.cmd(Command.EVAL)
                                .arg(ONCE)
                                .arg(1)
                                .arg(key)
                                .arg(millis(usage))
                                .arg(channel(store))
                                .arg(PageEvent.of(subject, kind, usage).encode()))
                .map(reply -> reply.map(Response::toInteger)
                        .filter(first -> first == 1)
                        .isPresent())
                .onSuccess(first -> metrics.news(kind, first ? "told" : "known"))
                .onFailure(fault -> lost(kind, fault));
    }

    private void lost(Kind kind, Throwable fault) {
        metrics.news(kind, "lost");
        if (lost.getAndIncrement() % COMPLAIN_EACH == 0) {
            LOG.warn("An event of a limit was not told: {}", fault.getMessage());
        }
    }

    private static String key(Subject subject, Kind kind, Usage usage) {
        var limit = usage.limit();
        var span = usage.span();
        var window = span == null ? "-" : Long.toString(span.start().getEpochSecond());
        var key = channel(subject.store().externalId()) + ":told:" + limit.code() + ":" + window + ":"
                + PageEvent.type(kind);
        return limit.scope() == Limit.Scope.USER ? key + ":u:" + subject.user() : key;
    }

    private static long millis(Usage usage) {
        var span = usage.span();
        var left = span == null ? MEMORY : Duration.between(usage.now(), span.end());
        return Math.max(1, left.toMillis());
    }
}
