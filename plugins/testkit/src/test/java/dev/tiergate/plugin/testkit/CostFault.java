package dev.tiergate.plugin.testkit;

import java.util.Locale;

/** What can be wrong with a cost, and the test of the contract that tells. */
enum CostFault {
    THROWS("it_answers_every_request_in_time"),
    TELLS_NOTHING("it_answers_every_request_in_time"),
    THROWS_AT_A_RESPONSE("it_answers_every_request_in_time"),
    TELLS_NOTHING_OF_A_RESPONSE("it_answers_every_request_in_time"),
    WAITS("it_neither_waits_on_its_event_loop_nor_holds_it"),
    IS_FREE_IN_SHADOW("it_costs_in_shadow_what_it_costs_otherwise"),
    COUNTS_FOR_ALL("each_event_loop_has_a_check_of_its_own_that_knows_nothing_of_others"),
    COUNTS_WHAT_CLIENTS_SEND("what_it_counts_is_there_before_it_is_asked"),
    IS_NO_COST("it_takes_a_configuration_that_works_and_reads_it_twice_alike");

    private final String test;

    CostFault(String test) {
        this.test = test;
    }

    String test() {
        return test;
    }

    /** As a configuration names it. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
