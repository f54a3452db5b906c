package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an open page is told of an override that ends by time: nobody changes anything at that moment. */
class EventEndingsIT extends EventScene {

    private static final String ANALYTICS = "advanced_analytics";

    @Test
    void an_end_is_told_when_it_has_come_and_the_features_say_so() throws Exception {
        var end = in(2);
        analytics("ends", end);
        try (var page = stream(one, "ends");
                var other = stream(two, "ends")) {
            assertThat(page.waiting()).isZero();
            assertThat(before(end, available(one, "ends").contains(ANALYTICS))).isTrue();
            assertThat(page.next().name()).isEqualTo("entitlements-changed");
            assertThat(Instant.now()).isBetween(end, end.plus(AT_ONCE));
            assertThat(available(one, "ends")).doesNotContain(ANALYTICS);
            assertThat(other.next().name()).isEqualTo("entitlements-changed");
            assertThat(available(two, "ends")).doesNotContain(ANALYTICS);
            assertThat(page.waiting()).isZero();
        }
    }

    @Test
    void an_end_that_is_put_off_is_told_when_it_comes_and_not_before() throws Exception {
        var first = in(2);
        analytics("put-off", first);
        try (var page = stream(one, "put-off")) {
            var second = first.plusSeconds(1);
            one.sql("UPDATE store_feature_overrides SET expires_at = '" + second
                    + "' WHERE store_id = (SELECT id FROM stores WHERE external_id = 'put-off')");
            assertThat(page.next().name()).isEqualTo("entitlements-changed");
            assertThat(Instant.now()).isBefore(first);
            assertThat(page.next().name()).isEqualTo("entitlements-changed");
            assertThat(Instant.now()).isAfterOrEqualTo(second);
            assertThat(available(one, "put-off")).doesNotContain(ANALYTICS);
        }
    }

    @Test
    void each_of_two_ends_is_told() throws Exception {
        var first = in(2);
        var second = first.plusMillis(700);
        analytics("twice", first);
        one.sql("INSERT INTO store_feature_overrides (store_id, feature_code, enabled, expires_at) SELECT id,"
                + " 'basic_orders', false, '" + second + "' FROM stores WHERE external_id = 'twice'");
        settle();
        try (var page = stream(one, "twice")) {
            page.next();
            assertThat(Instant.now()).isAfterOrEqualTo(first);
            assertThat(before(second, !available(one, "twice").contains("basic_orders")))
                    .isTrue();
            page.next();
            assertThat(Instant.now()).isAfterOrEqualTo(second);
            assertThat(available(one, "twice")).contains("basic_orders").doesNotContain(ANALYTICS);
        }
    }

    @Test
    void a_page_that_comes_back_after_the_end_is_told_of_it() throws Exception {
        analytics("came-back", in(2));
        String read;
        try (var page = stream(one, "came-back")) {
            one.sql("UPDATE stores SET name = 'Came back' WHERE external_id = 'came-back'");
            read = page.next().id();
            assertThat(available(one, "came-back")).contains(ANALYTICS);
        }
        Eventually.holds("it has ended", () -> !available(one, "came-back").contains(ANALYTICS));
        try (var page = stream(one, "came-back", Map.of("Last-Event-ID", read))) {
            assertThat(page.next().name()).isEqualTo("entitlements-changed");
            assertThat(page.waiting()).isZero();
        }
    }

    /** True where the observation says nothing, as it came too late on a busy machine. */
    private static boolean before(Instant end, boolean observed) {
        return observed || !Instant.now().isBefore(end);
    }

    /** So late that all is set up by then; to the millisecond, as a page would have it. */
    private static Instant in(long seconds) {
        return Instant.now().plus(Duration.ofSeconds(seconds)).truncatedTo(ChronoUnit.MILLIS);
    }
}
