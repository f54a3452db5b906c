package dev.tiergate;

import dev.tiergate.entitlement.CatalogueFile;
import dev.tiergate.entitlement.MigratedDatabase;
import java.nio.file.Files;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A catalogue, its stores and all that they have besides their tier, at random: the same again for the same seed. Every
 * feature has the path of its own name, and another one below {@code /phoenix} for refusals in that dialect.
 */
final class RandomShop {

    private static final List<String> TIERS = List.of("t0", "t1", "t2", "t3");
    private static final List<String> ROLES = List.of("owner", "editor");
    private static final int FEATURES = 7;

    /** Of the last feature, so that no shop is without a limit that is reached. */
    private static final String USED_UP = """
              - { code: f6, name: Feature 6, category: c, tiers: [ t0, t1, t2, t3 ], limits: [
                  { code: f6_day, name: Limit, window: day, values: { t0: 0, t1: 0, t2: 0, t3: 0 } } ] }
            """;

    private static final int NOON = 12;

    private final Random random;
    private final String prefix;
    private final List<String> stores;
    private final List<String> limits = new ArrayList<>();

    RandomShop(long seed, int stores) {
        this.random = new Random(seed);
        this.prefix = "random-" + Long.toString(seed, 36) + "-";
        this.stores = IntStream.range(0, stores).mapToObj(i -> prefix + i).toList();
    }

    List<String> features() {
        return IntStream.range(0, FEATURES).mapToObj(i -> "f" + i).toList();
    }

    List<String> stores() {
        return stores;
    }

    Random random() {
        return random;
    }

    String routes() {
        return features().stream()
                .map(feature -> """
                          - { path: /%1$s, feature: %1$s, upstream: shop }
                          - { path: /phoenix/%1$s, feature: %1$s, denials: { format: phoenix }, upstream: shop }
                        """.formatted(feature))
                .collect(Collectors.joining("", "routes:\n", ""));
    }

    /** A new database with the catalogue. */
    String database() throws Exception {
        var database = MigratedDatabase.create();
        var file = Files.createTempFile("random", ".yaml");
        Files.writeString(file, catalogue());
        try {
            CatalogueFile.importInto(database, file);
        } finally {
            Files.delete(file);
        }
        return database;
    }

    private String catalogue() {
        return """
                version: 1
                plan: random
                tiers:
                  - { code: t0, name: Zero }
                  - { code: t1, name: One }
                  - { code: t2, name: Two, public: false }
                  - { code: t3, name: Three }
                features:
                """ + IntStream.range(0, FEATURES - 1).mapToObj(this::feature).collect(Collectors.joining()) + USED_UP;
    }

    /** It may depend on those before it. */
    private String feature(int index) {
        var holders = chance(3) ? one(List.of(List.of("t1"), List.of("t0", "t2"), List.<String>of())) : upward();
        var needs = index > 0 && chance(3) ? List.of("f" + random.nextInt(index)) : List.of();
        return "  - { code: f%d, name: Feature %d, category: c, active: %s, depends-on: %s, tiers: %s, limits: %s }\n"
                .formatted(index, index, !chance(10), needs, holders, limits("f" + index, holders));
    }

    private List<String> upward() {
        return TIERS.subList(random.nextInt(TIERS.size()), TIERS.size());
    }

    private List<String> limits(String feature, List<String> holders) {
        return Stream.of("day", "month")
                .filter(window -> chance(2))
                .map(window -> {
                    limits.add(feature + "_" + window);
                    var values = holders.stream()
                            .filter(tier -> !chance(5))
                            .map(tier -> tier + ": " + amount())
                            .toList();
                    return "{ code: %s_%s, name: Limit, window: %s, scope: %s, values: { %s } }"
                            .formatted(
                                    feature, window, window, one(List.of("store", "user")), String.join(", ", values));
                })
                .toList();
    }

    private int amount() {
        return one(List.of(-1, 0, 1, 2, 3, 10));
    }

    void write(RunningGateway gateway, String store) {
        var status = chance(8) ? one(List.of("suspended", "closed")) : "active";
        gateway.sql("INSERT INTO stores (external_id, code, name, plan, tier_code, status, time_zone) VALUES ('" + store
                + "', '" + store + "', 'Store', 'random', '" + one(TIERS) + "', '" + status + "', '" + noon() + "')");
        for (var feature : features()) {
            if (chance(3)) {
                override(gateway, store, feature);
            }
            if (chance(5)) {
                gateway.sql("INSERT INTO feature_roles (store_id, feature_code, roles) SELECT id, '" + feature
                        + "', '{" + one(List.of("owner", "owner,editor", "driver")) + "}' FROM stores"
                        + " WHERE external_id = '" + store + "'");
            }
        }
    }

    private void override(RunningGateway gateway, String store, String feature) {
        var now = Instant.now();
        var expires = one(List.of("NULL", "'" + now.minusSeconds(60) + "'", "'" + now.plusSeconds(3600) + "'"));
        gateway.sql("INSERT INTO store_feature_overrides (store_id, feature_code, enabled, expires_at) SELECT id, '"
                + feature + "', " + random.nextBoolean() + ", " + expires + " FROM stores WHERE external_id = '"
                + store + "'");
        for (var limit : limits) {
            if (limit.startsWith(feature) && chance(2)) {
                gateway.sql("INSERT INTO store_override_limits SELECT id, '" + feature + "', '" + limit + "', "
                        + amount() + " FROM stores WHERE external_id = '" + store + "'");
            }
        }
    }

    /** Where it is about noon: no window turns while a test runs. */
    private static String noon() {
        var offset = NOON - Instant.now().atZone(ZoneOffset.UTC).getHour();
        return "Etc/GMT" + (offset > 0 ? "-" + offset : "+" + -offset);
    }

    /** Those of a caller. */
    List<String> someRoles() {
        return chance(2) ? ROLES.subList(0, 1) : List.of();
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
