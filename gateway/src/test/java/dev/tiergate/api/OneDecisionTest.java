package dev.tiergate.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.api.KnownStores.Asker;
import dev.tiergate.api.ofrep.FeatureFlag;
import dev.tiergate.edge.PhoenixJson;
import dev.tiergate.entitlement.StoreEntitlements;
import dev.tiergate.entitlement.StoreScene;
import dev.tiergate.plugin.Refuse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/** For random catalogues and stores, all that is told of a feature is what the gate says to a request for it. */
class OneDecisionTest {

    private static final Instant NOW = StoreScene.NOW;
    private static final List<String> TIERS = List.of("t0", "t1", "t2", "t3");
    private static final String ALLOWED = "allowed";

    /** One of those who tell: {@link #ALLOWED}, or why not in the words of this face. */
    private interface Face {
        String of(StoreEntitlements store, String feature);
    }

    /** @param words how this face says why the gate refuses */
    private record Told(String by, Face face, Function<Refuse, String> words) {}

    private static final List<Told> FACES = List.of(
            new Told(
                    "/check",
                    (store, feature) -> verdict(
                            FeatureViews.check(asker(store), feature, null, NOW).plain(), "has_feature"),
                    OneDecisionTest::code),
            new Told(
                    "/features",
                    (store, feature) -> verdict(
                            member(
                                    FeatureViews.all(asker(store), null, NOW)
                                            .plain()
                                            .get("features"),
                                    feature),
                            "is_available"),
                    OneDecisionTest::code),
            new Told(
                    "/features/{code}",
                    (store, feature) -> verdict(
                            FeatureViews.one(
                                            asker(store),
                                            store.catalogue().feature(feature).orElseThrow(),
                                            NOW)
                                    .plain(),
                            "is_available"),
                    OneDecisionTest::code),
            new Told(
                    "/features/available",
                    (store, feature) -> list(FeatureViews.available(asker(store), NOW)
                                            .plain()
                                            .get("features"))
                                    .contains(feature)
                            ? ALLOWED
                            : "no",
                    refuse -> "no"),
            new Told(
                    "/api/user/features",
                    (store, feature) -> verdict(
                            map(map(map(UserViews.features(asker(store), List.of(), NOW)
                                                    .plain()
                                                    .get("data"))
                                            .get("features"))
                                    .get(feature)),
                            "accessible"),
                    PhoenixJson::reason),
            new Told(
                    "OFREP",
                    (store, feature) -> verdict(FeatureFlag.of(asker(store), feature, NOW), "value"),
                    OneDecisionTest::code));

    @Property(tries = 500)
    void every_face_says_what_the_gate_says(@ForAll("stores") StoreEntitlements store) {
        for (var feature : store.catalogue().features()) {
            var gate = StoreScene.gate(store, feature);
            for (var told : FACES) {
                assertThat(told.face().of(store, feature))
                        .as("%s of %s", told.by(), feature)
                        .isEqualTo(gate.<String>fold(allow -> ALLOWED, told.words()));
            }
        }
    }

    @Property(tries = 200)
    void the_tier_that_is_named_is_the_one_that_the_gate_names(@ForAll("stores") StoreEntitlements store) {
        for (var feature : store.catalogue().features()) {
            var named =
                    FeatureViews.check(asker(store), feature, null, NOW).plain().get("required_tier");
            var gate = StoreScene.gate(store, feature)
                    .<String>fold(
                            allow -> "null",
                            refuse -> refuse.requiredTier() == null
                                    ? "null"
                                    : refuse.requiredTier().name());
            assertThat(String.valueOf(named)).isEqualTo(gate);
        }
    }

    @Provide
    Arbitrary<StoreEntitlements> stores() {
        return Arbitraries.integers().between(1, 7).flatMap(this::stores);
    }

    private Arbitrary<StoreEntitlements> stores(int features) {
        var catalogues = lines(features).map(OneDecisionTest::catalogue);
        var overrides = override().list().ofSize(features);
        return Combinators.combine(
                        catalogues,
                        Arbitraries.of(TIERS),
                        Arbitraries.frequencyOf(
                                Tuple.of(9, Arbitraries.just(true)), Tuple.of(1, Arbitraries.just(false))),
                        overrides,
                        roles().list().ofSize(features))
                .as(OneDecisionTest::store);
    }

    private static StoreEntitlements store(
            String catalogue, String tier, boolean active, List<Optional<Special>> overrides, List<Set<String>> roles) {
        var scene = StoreScene.of(catalogue).tier(tier);
        if (!active) {
            scene.suspended();
        }
        for (var i = 0; i < overrides.size(); i++) {
            var feature = "f" + i;
            overrides.get(i).ifPresent(one -> scene.override(feature, one.enabled(), one.expiresAt()));
            scene.roles(feature, roles.get(i));
        }
        return scene.store();
    }

    /** The roles that a feature is kept for. */
    private static Arbitrary<Set<String>> roles() {
        return Arbitraries.of(Set.of(), Set.of(), Set.of("editor"), Set.of("owner", "editor"), Set.of("owner"));
    }

    private record Special(boolean enabled, @Nullable Instant expiresAt) {}

    private static Arbitrary<Optional<Special>> override() {
        Arbitrary<Instant> ends = Arbitraries.of(NOW.minusMillis(1), NOW, NOW.plusMillis(1), NOW.plusSeconds(60));
        return Combinators.combine(Arbitraries.of(true, false), ends.injectNull(0.3))
                .as(Special::new)
                .optional(0.4);
    }

    /** One line of YAML a feature; it may depend on those before it. */
    private static Arbitrary<List<String>> lines(int features) {
        return Combinators.combine(IntStream.range(0, features)
                        .mapToObj(OneDecisionTest::line)
                        .toList())
                .as(lines -> lines);
    }

    private static Arbitrary<String> line(int index) {
        var holders = Arbitraries.of(
                "minimum-tier: t0", "minimum-tier: t1", "minimum-tier: t3", "tiers: [ t1 ]", "tiers: [ t0, t2 ]", "");
        var active = Arbitraries.of("true", "true", "true", "false");
        var needs = Arbitraries.of(IntStream.range(0, Math.max(1, index))
                        .mapToObj(i -> "f" + i)
                        .toList())
                .set()
                .ofMaxSize(Math.min(2, index));
        return Combinators.combine(holders, active, needs)
                .as((holder, on, needed) ->
                        "  - { code: f%d, name: Feature %d, category: c, active: %s, depends-on: %s%s }"
                                .formatted(index, index, on, needed, holder.isEmpty() ? "" : ", " + holder));
    }

    private static String catalogue(List<String> lines) {
        return """
                version: 1
                plan: random
                tiers:
                  - { code: t0, name: Zero }
                  - { code: t1, name: One }
                  - { code: t2, name: Two, public: false }
                  - { code: t3, name: Three }
                features:
                """ + String.join("\n", lines) + "\n";
    }

    private static Asker asker(StoreEntitlements store) {
        return new Asker(StoreScene.CALLER, store);
    }

    private static String code(Refuse refuse) {
        return refuse.reason().code();
    }

    private static String verdict(Map<?, ?> members, String flag) {
        return Boolean.TRUE.equals(members.get(flag)) ? ALLOWED : String.valueOf(members.get("reason"));
    }

    private static Map<?, ?> member(@Nullable Object features, String code) {
        return list(features).stream()
                .<Map<?, ?>>map(OneDecisionTest::map)
                .filter(feature -> code.equals(feature.get("code")))
                .findFirst()
                .orElseThrow();
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }
}
