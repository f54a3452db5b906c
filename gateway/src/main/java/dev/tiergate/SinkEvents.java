package dev.tiergate;

import dev.tiergate.edge.RefusalListener;
import dev.tiergate.limits.LimitEvents;
import dev.tiergate.limits.Names;
import dev.tiergate.limits.Subject;
import dev.tiergate.limits.Usage;
import dev.tiergate.outbox.EventPost;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Event;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.StoreRef;
import dev.tiergate.routes.EventsConfig;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What limits and the gate tell, as events for the outside. One a store, subject and window: the limit's, or where that has
 * none, the store's day.
 */
final class SinkEvents implements LimitEvents, RefusalListener {

    /** A year, and some days. */
    private static final Duration LONGEST_WINDOW = Duration.ofDays(400);

    private final EventPost post;
    private final SinkMaker sinks;

    SinkEvents(EventPost post, SinkMaker sinks) {
        this.post = post;
        this.sinks = sinks;
    }

    /** Events go to these sinks from now on. */
    Future<Void> serve(EventsConfig config) {
        return post.reconfigure(config, sinks::make);
    }

    /** What was told is written, as far as that can be done now. */
    Future<Void> close() {
        return post.close();
    }

    @Override
    public void happened(Subject subject, Kind kind, Usage usage) {
        var type = type(kind);
        if (!post.wants(type)) {
            return;
        }
        var limit = usage.limit();
        var user = limit.scope() == Limit.Scope.USER ? subject.user() : null;
        post.tell(
                type,
                subject.store().externalId(),
                user == null ? "limit/" + limit.code() : "limit/" + limit.code() + "/" + user,
                usage.resetsAt().orElseGet(() -> endOfDay(subject.store().zone(), usage.now())),
                usage.now(),
                () -> data(subject.store(), user, usage));
    }

    private static Event.Type type(Kind kind) {
        return switch (kind) {
            case APPROACHING -> Event.Type.LIMIT_APPROACHING;
            case REACHED -> Event.Type.LIMIT_REACHED;
        };
    }

    private static Map<String, Object> data(StoreRef store, @Nullable String user, Usage usage) {
        var limit = usage.limit();
        var data = about(store);
        put(data, "user", user);
        put(data, "feature_code", limit.featureCode().isEmpty() ? null : limit.featureCode());
        put(data, "limit_type", limit.code());
        put(data, "name", limit.name());
        put(data, "window", Names.of(limit.window()));
        put(data, "current", usage.current());
        put(data, "limit", limit.value());
        put(data, "remaining", usage.remaining());
        put(data, "percentage", usage.percentage());
        put(data, "resets_at", usage.resetsAt().map(Instant::toString).orElse(null));
        return data;
    }

    @Override
    public void refused(Call call, Refuse refuse) {
        if (refuse.requiredTier() == null || !post.wants(Event.Type.UPGRADE_OPPORTUNITY)) {
            return;
        }
        var store = call.entitlements().store();
        var limit = refuse.members().get("limit_type");
        post.tell(
                Event.Type.UPGRADE_OPPORTUNITY,
                store.externalId(),
                call.feature().map(code -> "feature/" + code).orElse("route/" + call.routeId())
                        + (limit == null ? "" : "/limit/" + limit),
                windowEnd(call, refuse),
                call.now(),
                () -> data(call, refuse));
    }

    private static Map<String, Object> data(Call call, Refuse refuse) {
        var data = about(call.entitlements().store());
        var tier = call.entitlements().tier();
        var feature = refuse.feature();
        var required = refuse.requiredTier();
        put(data, "tier", tier.code());
        put(data, "tier_name", tier.name());
        put(data, "required_tier", required == null ? null : required.code());
        put(data, "required_tier_name", required == null ? null : required.name());
        put(data, "feature_code", call.feature().orElse(null));
        put(data, "feature_name", feature == null ? null : feature.name());
        put(data, "limit_type", refuse.members().get("limit_type"));
        put(data, "route", call.routeId());
        put(data, "reason", refuse.reason().code());
        put(data, "detail", refuse.detail());
        return data;
    }

    private static Map<String, Object> about(StoreRef store) {
        Map<String, Object> data = new LinkedHashMap<>();
        put(data, "store_code", store.code());
        put(data, "store_name", store.name());
        put(data, "plan", store.plan());
        return data;
    }

    /** What is not known is left out. */
    private static void put(Map<String, Object> data, String name, @Nullable Object value) {
        if (value != null) {
            data.put(name, value);
        }
    }

    /** A refusal by a limit says when its window ends; what a plugin says there may be anything. */
    private static Instant windowEnd(Call call, Refuse refuse) {
        var day = endOfDay(call.entitlements().store().zone(), call.now());
        if (refuse.members().get("resets_at") instanceof String resets) {
            try {
                var end = Instant.parse(resets);
                var away = Duration.between(call.now(), end).abs();
                return away.compareTo(LONGEST_WINDOW) > 0 ? day : end;
            } catch (DateTimeParseException e) {
                return day;
            }
        }
        return day;
    }

    private static Instant endOfDay(ZoneId zone, Instant now) {
        return LocalDate.ofInstant(now, zone).plusDays(1).atStartOfDay(zone).toInstant();
    }
}
