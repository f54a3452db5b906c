package dev.tiergate.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.entitlement.StoreScene;
import dev.tiergate.limits.Usage;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether a limit has room, as the store API says it; bronze has 10 calls a day, silver 100, gold no bound. */
class UsageCheckTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "0, 1, true, -, -",
                "7, 3, true, -, -",
                "7, 4, false, Limit 'calls' of 10 a day is reached, silver",
                "8, 1, true, 80 % of limit 'calls' of 10 a day is used, silver",
                "9, 1, true, 90 % of limit 'calls' of 10 a day is used, silver",
                "10, 1, false, Limit 'calls' of 10 a day is reached, silver",
                "99, 1, false, Limit 'calls' of 10 a day is reached, silver",
                "100, 1, false, Limit 'calls' of 10 a day is reached, gold",
                "0, 11, false, Limit 'calls' of 10 a day cannot hold the 11 that this request needs, silver",
                "0, 101, false, Limit 'calls' of 10 a day cannot hold the 101 that this request needs, gold",
            })
    void it_says_whether_so_much_more_fits_and_which_tier_would_have_room(
            long used, long cost, boolean proceeds, String message, String tier) {
        var answer = check(StoreScene.shop("bronze"), "calls", used, cost);
        assertThat(answer.get("can_proceed")).isEqualTo(proceeds);
        assertThat(answer.get("message")).isEqualTo(message);
        assertThat(answer.get("upgrade_tier_code")).isEqualTo(tier);
    }

    @Test
    void the_members_stand_in_their_order() {
        assertThat(check(StoreScene.shop("bronze"), "calls", 10, 1))
                .hasToString("{limit_type=calls, can_proceed=false, current=10, limit=10, remaining=0, percentage=100, "
                        + "message=Limit 'calls' of 10 a day is reached, upgrade_tier_code=silver, "
                        + "upgrade_tier_name=Silver}");
    }

    @Test
    void there_is_no_room_in_a_limit_of_a_feature_that_the_store_may_not_use() {
        assertThat(check(StoreScene.shop("bronze"), "exports", 0, 1))
                .containsEntry("can_proceed", false)
                .containsEntry("message", "Feature 'reports' requires Gold tier or higher")
                .containsEntry("upgrade_tier_code", "gold");
    }

    @Test
    void there_is_no_room_at_all_for_a_store_that_is_not_active() {
        for (var limit : new String[] {"calls", "seats"}) {
            assertThat(check(StoreScene.shop("gold").suspended(), limit, 0, 1))
                    .containsEntry("can_proceed", false)
                    .containsEntry("message", "The store's subscription is not active")
                    .containsEntry("upgrade_tier_code", null);
        }
    }

    private static Map<String, @Nullable Object> check(StoreScene scene, String code, long used, long cost) {
        var store = scene.store();
        var limit = store.limit(code, StoreScene.NOW).orElseThrow();
        var view = new UsageView(new Usage(limit, used, null, StoreScene.NOW), 0.8);
        return UsageViews.check(new KnownStores.Asker(StoreScene.CALLER, store), view, cost, StoreScene.NOW)
                .plain();
    }
}
