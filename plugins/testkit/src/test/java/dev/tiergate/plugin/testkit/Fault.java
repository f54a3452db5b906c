package dev.tiergate.plugin.testkit;

import java.util.Locale;

/** What can be wrong with a check, and the test of the contract that tells. */
enum Fault {
    THROWS("it_answers_every_request_in_time"),
    GIVES_NOTHING("it_answers_every_request_in_time"),
    DECIDES_NOTHING("it_answers_every_request_in_time"),
    FAILS("it_answers_every_request_in_time"),
    IS_LATE("it_answers_every_request_in_time"),
    CHANGES_THE_REQUEST("it_answers_every_request_in_time"),
    WAITS("it_neither_waits_on_its_event_loop_nor_holds_it"),
    WAITS_AT_FIRST("it_neither_waits_on_its_event_loop_nor_holds_it"),
    IS_SLOW("it_neither_waits_on_its_event_loop_nor_holds_it"),
    PASSES_LINE_ENDS_ON("what_it_says_can_be_sent"),
    REPEATS_THE_CLIENT("what_it_says_can_be_sent"),
    INVENTS_REASONS("what_it_says_can_be_sent"),
    TELLS_A_SECRET("what_is_secret_is_not_told"),
    IS_MILD_IN_SHADOW("shadow_says_what_would_be_refused"),
    IS_SHARED("each_event_loop_has_a_check_of_its_own_that_knows_nothing_of_others"),
    COUNTS_FOR_ALL("each_event_loop_has_a_check_of_its_own_that_knows_nothing_of_others"),
    CLOSES_OTHERS("each_event_loop_has_a_check_of_its_own_that_knows_nothing_of_others"),
    CHANGES_ITS_MIND("what_it_let_through_it_lets_through_again_while_nothing_changes"),
    OFFERS_NOTHING("another_way_that_it_offers_can_be_gone"),
    OFFERS_WHERE_NOTHING_IS("another_way_that_it_offers_can_be_gone"),
    SETTLES_BY_THROWING("it_takes_whatever_becomes_of_a_request"),
    SETTLES_WITHOUT_A_BEGINNING("it_takes_whatever_becomes_of_a_request"),
    COUNTS_WHAT_CLIENTS_SEND("what_it_counts_is_there_before_it_is_asked"),
    STAYS_ON_A_TIMER("a_check_that_is_closed_is_let_go"),
    LEAVES_THREADS("checks_that_are_closed_leave_no_threads");

    private final String test;

    Fault(String test) {
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
