package dev.tiergate.identity;

import dev.tiergate.telemetry.MetricNames;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** How tokens were answered, each counted once. */
final class TokenMetrics {

    private final Counter verified;
    private final Counter remembered;
    private final Counter rejected;
    private final Counter keysMissing;

    TokenMetrics(MeterRegistry meters) {
        this.verified = counter(meters, "verified");
        this.remembered = counter(meters, "remembered");
        this.rejected = counter(meters, "rejected");
        this.keysMissing = counter(meters, "keys_missing");
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return meters.counter(MetricNames.TOKENS, "result", result);
    }

    void verified() {
        verified.increment();
    }

    void remembered() {
        remembered.increment();
    }

    void refused(TokenFlaw flaw) {
        (flaw == TokenFlaw.NO_KEYS ? keysMissing : rejected).increment();
    }
}
