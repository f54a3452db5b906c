package dev.tiergate.limits;

import dev.tiergate.telemetry.CostReport;
import java.util.List;

/**
 * What the upstream says that a request cost.
 *
 * @param units to be charged; never more than were taken
 */
record ReportedCost(CostReport report, long units) {

    /** Digits that fit a long, whatever they are. */
    private static final int SAFE_DIGITS = 18;

    /**
     * @param values of the header, as they came
     * @param taken units that were taken for the request
     * @param otherwise units where the upstream says nothing of use
     */
    static ReportedCost of(List<String> values, long taken, long otherwise) {
        if (values.isEmpty()) {
            return new ReportedCost(CostReport.ABSENT, otherwise);
        }
        String value = values.get(0).strip();
        if (values.size() > 1 || value.isEmpty() || !value.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            return new ReportedCost(CostReport.MALFORMED, otherwise);
        }
        String digits = value.replaceFirst("^0+(?=.)", "");
        long units = digits.length() > SAFE_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
        return units > taken ? new ReportedCost(CostReport.ABOVE_MAX, taken) : new ReportedCost(CostReport.USED, units);
    }
}
