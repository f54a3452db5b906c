package dev.tiergate.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.Test;

class PluginCountersTest {

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final PluginCounters counters = new PluginCounters(registry, "quota-cost");

    @Test
    void a_counter_begins_with_0_and_is_the_same_for_the_same_tags() {
        var one = counters.counter("priced", "by", "size");
        assertThat(registry.scrape()).contains("tiergate_plugin_quota_cost_priced_total{by=\"size\"} 0.0");
        one.run();
        counters.counter("priced", "by", "size").run();
        counters.counter("priced", "by", "query").run();
        assertThat(registry.scrape())
                .contains("tiergate_plugin_quota_cost_priced_total{by=\"size\"} 2.0")
                .contains("tiergate_plugin_quota_cost_priced_total{by=\"query\"} 1.0");
    }

    @Test
    void what_is_beyond_a_thousand_series_is_counted_as_other() {
        for (int n = 1; n <= PluginCounters.MOST_SERIES; n++) {
            counters.counter("asked", "store", "s" + n).run();
        }
        assertThat(registry.scrape()).contains("store=\"s1000\"} 1.0").doesNotContain("other");
        counters.counter("asked", "store", "s1001").run();
        counters.counter("asked", "store", "s1002").run();
        counters.counter("asked", "store", "s1").run();
        assertThat(registry.scrape())
                .contains("store=\"other\"} 2.0", "store=\"s1\"} 2.0")
                .doesNotContain("s1001");
    }

    @Test
    void names_and_tags_that_cannot_be_are_said() {
        assertThatThrownBy(() -> counters.counter("Priced")).hasMessage("'Priced' is no name of a counter");
        assertThatThrownBy(() -> counters.counter("priced", "by"))
                .hasMessage("a tag of the counter 'priced' has no value");
        assertThatThrownBy(() -> counters.counter("priced", "by-what", "size"))
                .hasMessage("a tag's key is a word in snake_case");
        counters.counter("priced", "by", "size");
        assertThatThrownBy(() -> counters.counter("priced", "of", "size"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the counter 'priced' has the tags [by], and not [of]");
    }
}
