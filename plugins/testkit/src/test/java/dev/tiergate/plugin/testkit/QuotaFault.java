package dev.tiergate.plugin.testkit;

import java.util.Locale;

/** What can be wrong with a limit that a plugin counts, and the test of the contract that tells. */
enum QuotaFault {
    THROWS("it_answers_every_request_in_time"),
    GIVES_NOTHING("it_answers_every_request_in_time"),
    IS_LATE("it_answers_every_request_in_time"),
    TELLS_LESS_THAN_NOTHING("it_answers_every_request_in_time"),
    THROWS_AT_WHAT_COMES_BACK("it_answers_every_request_in_time"),
    WAITS("it_neither_waits_on_its_event_loop_nor_holds_it"),
    KEEPS_WHAT_COMES_BACK("what_is_given_back_is_there_again"),
    TAKES_WHAT_DOES_NOT_FIT("what_does_not_fit_is_not_taken"),
    OVERFLOWS("what_does_not_fit_is_not_taken"),
    COUNTS_SHADOW("shadow_is_counted_apart"),
    READS_NO_SHADOW("shadow_is_counted_apart"),
    IS_SHARED("each_event_loop_has_one_of_its_own_and_closing_it_ends_no_other"),
    CLOSES_OTHERS("each_event_loop_has_one_of_its_own_and_closing_it_ends_no_other");

    private final String test;

    QuotaFault(String test) {
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
