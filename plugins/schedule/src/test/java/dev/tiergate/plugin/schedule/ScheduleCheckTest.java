package dev.tiergate.plugin.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Entitlements;
import dev.tiergate.plugin.FeatureRef;
import dev.tiergate.plugin.Refuse;
import dev.tiergate.plugin.StoreRef;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleCheckTest {

    private static final ScheduleConfig OFFICE = new ScheduleConfig(null, "08:00-18:00", null, null, null);

    @Test
    void a_request_in_time_passes_and_one_too_late_is_refused() {
        assertThat(ask(OFFICE, "2026-11-23T16:59:59.999Z")).isEqualTo(Allow.plain());
        assertThat(ask(OFFICE, "2026-11-23T17:00:00Z")).isInstanceOf(Refuse.class);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T06:59:59Z, 1",
        "2026-11-23T06:59:59.001Z, 1",
        "2026-11-23T06:59:58.999Z, 2",
        "2026-11-23T06:59:58Z, 2",
        "2026-11-22T17:00:00Z, 50400",
    })
    void a_refusal_says_when_it_opens(String now, String seconds) {
        assertThat(ask(OFFICE, now)).isInstanceOfSatisfying(Refuse.class, refuse -> {
            assertThat(refuse.reason().code()).isEqualTo("outside_schedule");
            assertThat(refuse.reason().status()).isEqualTo(403);
            assertThat(refuse.detail()).isEqualTo("This is closed now, and opens at 2026-11-23T07:00:00Z");
            assertThat(refuse.members()).containsEntry("opens_at", "2026-11-23T07:00:00Z");
            assertThat(refuse.headers()).containsEntry("Retry-After", seconds);
            assertThat(refuse.feature()).isEqualTo(new FeatureRef("reports", "Reports"));
        });
    }

    @Test
    void what_never_opens_again_says_no_time() {
        var over = new ScheduleConfig(null, null, null, "2026-11-22", null);
        assertThat(ask(over, "2026-11-22T22:59:59Z")).isEqualTo(Allow.plain());
        assertThat(ask(over, "2026-11-22T23:00:00Z")).isInstanceOfSatisfying(Refuse.class, refuse -> {
            assertThat(refuse.detail()).isEqualTo("This is closed for good");
            assertThat(refuse.members()).containsEntry("opens_at", null);
            assertThat(refuse.headers()).isEmpty();
        });
    }

    private static Decision ask(ScheduleConfig config, String now) {
        return new ScheduleCheck(config).ask(at(Instant.parse(now))).result();
    }

    /** A call of a store in Luxembourg, of which this check reads what it may, and nothing else. */
    private static Call at(Instant now) {
        return (Call) Proxy.newProxyInstance(
                Call.class.getClassLoader(),
                new Class<?>[] {Call.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "now" -> now;
                    case "feature" -> Optional.of("reports");
                    case "entitlements" -> entitlements();
                    default -> throw new AssertionError("The check is not to ask for " + method.getName());
                });
    }

    private static Entitlements entitlements() {
        return (Entitlements) Proxy.newProxyInstance(
                Entitlements.class.getClassLoader(),
                new Class<?>[] {Entitlements.class},
                (proxy, method, args) -> switch (method.getName()) {
                    case "store" ->
                        new StoreRef("42", "tea", "Tea", "orion", ZoneId.of("Europe/Luxembourg"), Instant.EPOCH);
                    case "feature" -> Optional.of(new FeatureRef("reports", "Reports"));
                    default -> throw new AssertionError("The check is not to ask for " + method.getName());
                });
    }
}
