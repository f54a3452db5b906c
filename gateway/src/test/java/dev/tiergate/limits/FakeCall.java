package dev.tiergate.limits;

import dev.tiergate.plugin.Availability;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Caller;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.Limit;
import dev.tiergate.plugin.Need;
import dev.tiergate.plugin.StoreRef;
import dev.tiergate.plugin.TierRef;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request of a store with some limits; the feature {@code basic} has those that name it. */
public record FakeCall(
        StoreRef store,
        @Nullable String user,
        boolean shadow,
        @Nullable String featureCode,
        List<Limit> limits,
        List<Need> needs,
        String requestId,
        String target,
        MultiMap headers,
        Future<Buffer> whole)
        implements Call, Entitlements {

    public static FakeCall of(Limit... limits) {
        return new FakeCall(Limits.store(), null, false, "basic", List.of(limits), "request");
    }

    private FakeCall(
            StoreRef store,
            @Nullable String user,
            boolean shadow,
            @Nullable String feature,
            List<Limit> limits,
            String id) {
        this(
                store,
                user,
                shadow,
                feature,
                limits,
                new ArrayList<>(),
                id,
                "/",
                none(),
                Future.succeededFuture(Buffer.buffer()));
    }

    private static MultiMap none() {
        return MultiMap.caseInsensitiveMultiMap();
    }

    /** The same request with these keys and this id. */
    FakeCall under(String id, String... keys) {
        MultiMap all = none();
        for (String key : keys) {
            all.add("Idempotency-Key", key);
        }
        return new FakeCall(store, user, shadow, featureCode, limits, needs, id, target, all, whole);
    }

    /** @param where with the query, if any */
    FakeCall to(String where) {
        return new FakeCall(store, user, shadow, featureCode, limits, needs, requestId, where, headers, whole);
    }

    FakeCall sending(Future<Buffer> body) {
        return new FakeCall(store, user, shadow, featureCode, limits, needs, requestId, target, headers, body);
    }

    FakeCall by(@Nullable String name) {
        return new FakeCall(store, name, shadow, featureCode, limits, needs, requestId, target, headers, whole);
    }

    FakeCall inShadow() {
        return new FakeCall(store, user, true, featureCode, limits, needs, requestId, target, headers, whole);
    }

    FakeCall withoutFeature() {
        return new FakeCall(store, user, shadow, null, limits, needs, requestId, target, headers, whole);
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String path() {
        return target.split("\\?")[0];
    }

    @Override
    public @Nullable String query() {
        return target.contains("?") ? target.substring(target.indexOf('?') + 1) : null;
    }

    @Override
    public List<String> queryValues(String name) {
        return List.of();
    }

    @Override
    public String clientAddress() {
        return "127.0.0.1";
    }

    @Override
    public boolean fromTrustedProxy() {
        return true;
    }

    @Override
    public String routeId() {
        return "route";
    }

    @Override
    public Optional<String> feature() {
        return Optional.ofNullable(featureCode);
    }

    @Override
    public Caller caller() {
        return new Caller(store.externalId(), user, Set.of(), Map.of());
    }

    @Override
    public Entitlements entitlements() {
        return this;
    }

    @Override
    public Instant now() {
        return Instant.parse("2026-03-05T10:20:00Z");
    }

    @Override
    public OptionalLong bodySize() {
        return OptionalLong.of(0);
    }

    @Override
    public Future<Buffer> body(int maxBytes) {
        return whole;
    }

    @Override
    public boolean active() {
        return true;
    }

    @Override
    public TierRef tier() {
        return new TierRef("essential", "Essential", 1);
    }

    @Override
    public Optional<FeatureRef> feature(String code) {
        return Optional.of(new FeatureRef(code, "Basic"));
    }

    @Override
    public Availability availability(String code, Instant now) {
        return new Availability(true, Availability.Source.TIER, null);
    }

    @Override
    public Set<String> roles(String code) {
        return Set.of();
    }

    @Override
    public boolean beta(String code) {
        return false;
    }

    @Override
    public boolean optedIn(String code) {
        return false;
    }

    @Override
    public boolean holdsTier(String tierCode) {
        return true;
    }

    @Override
    public Set<String> models(String code, Instant now) {
        return Set.of();
    }

    @Override
    public Optional<String> modelGroup(String model) {
        return Optional.empty();
    }

    @Override
    public boolean holdsModelGroup(String groupCode) {
        return true;
    }

    @Override
    public List<Limit> limits(String code, Instant now) {
        return limits.stream().filter(limit -> limit.featureCode().equals(code)).toList();
    }

    @Override
    public Optional<Limit> limit(String code, Instant now) {
        return limits.stream().filter(limit -> limit.code().equals(code)).findFirst();
    }

    /** The next tier allows 1,000 of anything. */
    @Override
    public Optional<Upgrade> upgrade(Need need, Instant now) {
        needs.add(need);
        return need.units() <= 1_000
                ? Optional.of(new Upgrade(new TierRef("business", "Business", 3), true))
                : Optional.empty();
    }
}
