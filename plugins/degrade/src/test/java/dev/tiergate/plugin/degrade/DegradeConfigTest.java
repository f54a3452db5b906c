package dev.tiergate.plugin.degrade;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DegradeConfigTest {

    private static final Map<String, Long> FIFTY = Map.of("limit", 50L);

    @Test
    void without_anything_it_says_what_to_write() {
        assertThatThrownBy(() -> new DegradeConfig(null, null, null, null, null, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("degrade needs 'clamp', 'set', 'headers' or 'upstream', such as clamp: { limit: 50 }");
        assertThatThrownBy(() -> new Less(null, Map.of(), null, null)).hasMessageStartingWith("degrade needs");
    }

    @Test
    void a_clamp_begins_at_0() {
        assertThatCode(() -> new Less(Map.of("limit", 0L), null, null, null)).doesNotThrowAnyException();
        assertThatThrownBy(() -> new Less(Map.of("limit", -1L), null, null, null))
                .hasMessage("the most that 'limit' may be is 0 or more");
    }

    @Test
    void a_parameter_is_clamped_or_set() {
        assertThatThrownBy(() -> new DegradeConfig(null, FIFTY, Map.of("limit", "9"), null, null, null))
                .hasMessage("'limit' stands in 'clamp' and in 'set'; remove one");
    }

    @Test
    void a_header_that_cannot_be_sent_is_said() {
        assertThatThrownBy(() -> new Less(null, null, Map.of("X Quality", "sd"), null))
                .hasMessage("the header 'X Quality' cannot be sent");
    }

    @Test
    void a_reason_after_which_nothing_is_offered_is_said_with_those_that_can_be() {
        assertThatThrownBy(() -> new DegradeConfig(List.of("store_suspended"), FIFTY, null, null, null, null))
                .hasMessage("nothing is offered after 'store_suspended'; 'on' can name concurrency_reached,"
                        + " dependency_missing, feature_disabled_for_store, feature_inactive, limit_reached,"
                        + " model_not_allowed, tier_too_low");
    }

    @Test
    void an_upstream_has_to_be_one_of_the_files() {
        var config = new DegradeConfig(
                null, null, null, null, "thrifty", Map.of("basic", new Less(null, null, null, "sparing")));
        assertThatCode(() -> config.checkUpstreams(List.of("thrifty", "sparing")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> config.checkUpstreams(List.of("thrifty")))
                .hasMessage("there is no upstream 'sparing'");
        assertThatThrownBy(() -> config.checkUpstreams(List.of("sparing")))
                .hasMessage("there is no upstream 'thrifty'");
    }
}
