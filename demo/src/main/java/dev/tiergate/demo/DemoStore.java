package dev.tiergate.demo;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;

/**
 * A store of the demo: three tiers of the shop's plan, two of the assistant's.
 *
 * @param externalId what its tokens say
 */
record DemoStore(String externalId, String code, String name, String plan, String tier) implements DemoCaller {

    static final DemoStore ESSENTIAL = new DemoStore("101", "tea-corner", "Tea Corner", "orion", "essential");
    static final DemoStore PROFESSIONAL = new DemoStore("102", "bike-works", "Bike Works", "orion", "professional");
    static final DemoStore BUSINESS = new DemoStore("103", "book-barn", "Book Barn", "orion", "business");
    static final DemoStore FREE = new DemoStore("201", "ada", "Ada", "phoenix", "free");
    static final DemoStore PREMIUM = new DemoStore("202", "grace", "Grace", "phoenix", "premium");

    static final List<DemoStore> ALL = List.of(ESSENTIAL, PROFESSIONAL, BUSINESS, FREE, PREMIUM);

    /** Writes all of them, as an operator's script would; those that are there already stay. */
    static void insertAll(String jdbcUrl) throws SQLException {
        try (var connection = DriverManager.getConnection(jdbcUrl);
                var insert = connection.prepareStatement(
                        "INSERT INTO stores (external_id, code, name, plan, tier_code, status) "
                                + "VALUES (?, ?, ?, ?, ?, 'active') ON CONFLICT (external_id) DO NOTHING")) {
            for (var store : ALL) {
                insert.setString(1, store.externalId);
                insert.setString(2, store.code);
                insert.setString(3, store.name);
                insert.setString(4, store.plan);
                insert.setString(5, store.tier);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    @Override
    public String tokenFile() {
        return tier + ".jwt";
    }

    @Override
    public String token(DemoKey key) {
        return key.token(externalId, "demo-user", List.of("owner"), LIFETIME);
    }
}
