package dev.tiergate.limits;

import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * {@code RateLimit-Policy} and {@code RateLimit}, structured fields (RFC 9651) of draft-ietf-httpapi-ratelimit-headers-10:
 * a policy is named by its limit's code. Belongs to one event loop, whose requests mostly have the policy of the one before.
 */
final class RateLimitFields {

    static final String POLICY = "RateLimit-Policy";
    static final String RATE_LIMIT = "RateLimit";

    /** The largest integer of a structured field: 15 digits. */
    private static final long MOST = 999_999_999_999_999L;

    private final StringBuilder policies = new StringBuilder();
    private final StringBuilder states = new StringBuilder();
    private String policy = "";

    /**
     * Both fields, or none where no limit has a bound.
     *
     * @param first the index of the limit that stands first, the others follow in their order
     */
    Map<String, String> of(List<ChargeRequest.Line> lines, List<Usage> numbers, int first) {
        policies.setLength(0);
        states.setLength(0);
        append(lines.get(first), numbers.get(first));
        for (int i = 0; i < numbers.size(); i++) {
            if (i != first) {
                append(lines.get(i), numbers.get(i));
            }
        }
        if (policies.isEmpty()) {
            return Map.of();
        }
        if (!policy.contentEquals(policies)) {
            policy = policies.toString();
        }
        return new Both(policy, states.toString());
    }

    /** What nearly every response carries, in less room than a map for any keys takes. */
    private static final class Both extends AbstractMap<String, String> {

        private final String policy;
        private final String state;

        Both(String policy, String state) {
            this.policy = policy;
            this.state = state;
        }

        @Override
        public void forEach(BiConsumer<? super String, ? super String> action) {
            action.accept(POLICY, policy);
            action.accept(RATE_LIMIT, state);
        }

        @Override
        public int size() {
            return 2;
        }

        @Override
        public Set<Map.Entry<String, String>> entrySet() {
            return Set.of(Map.entry(POLICY, policy), Map.entry(RATE_LIMIT, state));
        }
    }

    /** The limit that the fewest more requests of this kind would reach; 0 where none has a bound. */
    static int binding(List<ChargeRequest.Line> lines, List<Usage> numbers) {
        int binding = 0;
        long fewest = Long.MAX_VALUE;
        for (int i = 0; i < numbers.size(); i++) {
            if (!numbers.get(i).limit().unlimited()) {
                long requests = numbers.get(i).remaining() / lines.get(i).units();
                if (requests < fewest) {
                    fewest = requests;
                    binding = i;
                }
            }
        }
        return binding;
    }

    private void append(ChargeRequest.Line line, Usage usage) {
        if (usage.limit().unlimited()) {
            return;
        }
        long quota = usage.limit().value();
        name(policies, line).append(";q=").append(Math.min(MOST, quota));
        name(states, line).append(";r=").append(Math.min(MOST, usage.remaining()));
        WindowSpan span = usage.span();
        if (span != null && line.units() <= quota) {
            policies.append(";w=").append(span.seconds());
            states.append(";t=").append(span.secondsLeft(usage.now()));
        }
    }

    /** Codes are letters, digits, {@code _}, {@code -} and {@code .}: a structured field's string needs no escape for them. */
    private static StringBuilder name(StringBuilder field, ChargeRequest.Line line) {
        if (!field.isEmpty()) {
            field.append(", ");
        }
        return field.append('"').append(line.limit().code()).append('"');
    }
}
