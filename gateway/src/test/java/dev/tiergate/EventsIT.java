package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an open page is told, by two gateways over one PostgreSQL and one Redis. */
class EventsIT extends EventScene {

    @Test
    void a_change_in_sql_reaches_open_pages_on_both_gateways_within_a_second() throws Exception {
        essential("changed");
        try (var first = stream(one, "changed");
                var second = stream(two, "changed")) {
            var began = System.nanoTime();
            one.sql("UPDATE stores SET tier_code = 'business' WHERE external_id = 'changed'");
            for (var page : List.of(first, second)) {
                var event = page.next();
                assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
                assertThat(event.name()).isEqualTo("entitlements-changed");
                assertThat(event.data()).isEqualTo(new JsonObject("{\"type\":\"entitlements-changed\"}"));
            }
            for (var gateway : List.of(one, two)) {
                assertThat(get(gateway, "changed", FEATURES).text()).contains("\"tier_code\":\"business\"");
            }
        }
    }

    @Test
    void a_change_of_the_catalogue_is_told_to_every_store() throws Exception {
        essential("all-1");
        essential("all-2");
        try (var first = stream(one, "all-1");
                var second = stream(two, "all-2")) {
            one.sql("UPDATE features SET description = description || '.' WHERE code = 'webhooks'");
            assertThat(first.next().name()).isEqualTo("entitlements-changed");
            assertThat(second.next().name()).isEqualTo("entitlements-changed");
        }
    }

    @Test
    void a_row_of_changes_is_told_at_its_beginning_and_at_its_end() throws Exception {
        essential("row");
        try (var page = stream(one, "row")) {
            for (int i = 0; i < 50; i++) {
                one.sql("UPDATE stores SET name = 'Store " + i + "' WHERE external_id = 'row'");
            }
            page.next();
            one.sql("UPDATE stores SET tier_code = 'business' WHERE external_id = 'row'");
            Eventually.holds(
                    "the last change was told after it was made",
                    () -> page.waiting() > 0
                            && page.next() != null
                            && one.get("row", FEATURES).text().contains("business"));
            assertThat(page.waiting()).isLessThan(25);
        }
    }

    @Test
    void a_limit_warns_at_four_fifths_and_is_reached_with_its_last_unit_on_every_node_once() throws Exception {
        store("events-counted", 10);
        try (var first = stream(one, "events-counted");
                var second = stream(two, "events-counted")) {
            orders("events-counted", 7);
            assertThat(first.waiting()).isZero();
            orders("events-counted", 1);
            for (var page : List.of(first, second)) {
                var warning = page.next();
                assertThat(warning.name()).isEqualTo("limit-warning");
                assertThat(warning.data().getString("limit_type")).isEqualTo("orders");
                assertThat(warning.data().getInteger("current")).isEqualTo(8);
                assertThat(warning.data().getInteger("limit")).isEqualTo(10);
                assertThat(warning.data().getInteger("remaining")).isEqualTo(2);
                assertThat(warning.data().getInteger("percentage")).isEqualTo(80);
                assertThat(warning.data().getString("window")).isEqualTo("month");
                assertThat(warning.data().getString("resets_at")).endsWith("T00:00:00Z");
            }
            orders("events-counted", 1);
            assertThat(first.waiting()).isZero();
            orders("events-counted", 1);
            for (var page : List.of(first, second)) {
                var reached = page.next();
                assertThat(reached.name()).isEqualTo("limit-reached");
                assertThat(reached.data().getInteger("current")).isEqualTo(10);
                assertThat(reached.data().getInteger("remaining")).isZero();
            }
        }
    }

    @Test
    void the_pages_example_has_the_members_of_an_event() throws Exception {
        essential("documented");
        try (var page = stream(one, "documented")) {
            orders("documented", 80);
            var example = new JsonObject(
                    Docs.blocks(Docs.root().resolve("docs/events.md"), "json").get(0));
            var event = page.next().data();
            assertThat(event.fieldNames()).containsExactlyElementsOf(example.fieldNames());
            assertThat(event.put("resets_at", example.getString("resets_at"))).isEqualTo(example);
        }
    }

    @Test
    void units_that_come_back_and_go_again_are_no_news_in_the_same_window() throws Exception {
        store("again", 5);
        try (var page = stream(one, "again")) {
            orders("again", 4);
            assertThat(page.next().name()).isEqualTo("limit-warning");
            one.backend().respondWith(503, Map.of(), "not now");
            orders(one, "again", 1, 503);
            one.backend().respondWith(200, Map.of(), "now");
            orders("again", 1);
            assertThat(page.next().name()).isEqualTo("limit-reached");
            assertThat(page.waiting()).isZero();
        }
    }

    @Test
    void what_shadow_mode_counts_is_no_news() throws Exception {
        store("shadow", 2);
        try (var page = stream(one, "shadow")) {
            for (int i = 0; i < 3; i++) {
                post(one, "shadow", "/api/shadow");
            }
            one.sql("UPDATE stores SET name = 'Shadow' WHERE external_id = 'shadow'");
            assertThat(page.next().name()).isEqualTo("entitlements-changed");
        }
    }

    @Test
    void a_page_that_comes_back_is_told_what_it_missed_and_nothing_twice() throws Exception {
        store("back", 5);
        String read;
        try (var page = stream(one, "back")) {
            orders("back", 4);
            read = page.next().id();
        }
        orders("back", 1);
        one.sql("UPDATE stores SET name = 'Back' WHERE external_id = 'back'");
        try (var witness = stream(one, "back", Map.of("Last-Event-ID", read))) {
            assertThat(List.of(witness.next().name(), witness.next().name()))
                    .containsExactlyInAnyOrder("limit-reached", "entitlements-changed");
            try (var same = stream(one, "back", Map.of("Last-Event-ID", witness.lastId()))) {
                one.sql("UPDATE stores SET name = 'Back again' WHERE external_id = 'back'");
                assertThat(same.next().name()).isEqualTo("entitlements-changed");
                assertThat(same.waiting()).isZero();
            }
        }
    }

    @Test
    void a_page_of_another_node_or_of_long_ago_is_told_to_read_anew() throws Exception {
        essential("elsewhere");
        String read;
        try (var page = stream(one, "elsewhere")) {
            one.sql("UPDATE stores SET name = 'Elsewhere' WHERE external_id = 'elsewhere'");
            read = page.next().id();
        }
        for (var last : List.of(read, "someothernode-1", "nonsense-")) {
            try (var page = stream(two, "elsewhere", Map.of("Last-Event-ID", last))) {
                assertThat(page.next().name()).isEqualTo("entitlements-changed");
                assertThat(page.waiting()).isZero();
            }
        }
    }
}
