package dev.tiergate.limits;

import dev.tiergate.plugin.Outcome;

/** What a request cost, where only the head of its response tells. */
@FunctionalInterface
interface CostAtHead {

    /** @param taken units that were taken for the request; it costs no more */
    ReportedCost read(Outcome outcome, long taken);
}
