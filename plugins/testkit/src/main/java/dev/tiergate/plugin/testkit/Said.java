package dev.tiergate.plugin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Refuse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a decision says to others, and whether they can take it. */
final class Said {

    private static final String WORD = "[a-z][a-z0-9_]*";

    /** RFC 9110, section 5.6.2. */
    private static final String HEADER_NAME = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

    /** RFC 9110, section 5.5: no line can end within a value. */
    private static final String HEADER_VALUE = "[\\t\\x20-\\x7e\\x80-\\xff]*";

    /** A sentence for people, on one line. */
    private static final String SENTENCE = "\\P{Cntrl}*\\S\\P{Cntrl}*";

    /** Characters of a sentence; longer than any that people read, and shorter than what a client may put in. */
    private static final int LONGEST_DETAIL = 500;

    private Said() {}

    /** Equal for decisions that nobody outside can tell apart. */
    static Object of(Decision decision) {
        return decision.fold(
                allow -> List.of(allow.upstreamHeaders(), allow.responseHeaders(), allow.failOpen()), refuse -> refuse);
    }

    static Optional<Refuse> refusal(Decision decision) {
        return decision.fold(allow -> Optional.empty(), Optional::of);
    }

    /** All that a client gets to see. */
    static String toClient(Decision decision) {
        return decision.fold(allow -> allow.responseHeaders().toString(), Refuse::toString);
    }

    static void canBeSent(Decision decision) {
        decision.fold(Said::passes, Said::refuses);
    }

    private static boolean passes(Allow allow) {
        headers(allow.upstreamHeaders());
        headers(allow.responseHeaders());
        return true;
    }

    private static boolean refuses(Refuse refuse) {
        assertThat(refuse.reason().code()).as("clients choose it").doesNotContain(OddCalls.MARK);
        assertThat(refuse.detail()).matches(SENTENCE).hasSizeLessThanOrEqualTo(LONGEST_DETAIL);
        refuse.members().forEach(Said::member);
        headers(refuse.headers());
        return false;
    }

    private static void member(String name, @Nullable Object value) {
        assertThat(name).matches(WORD);
        if (value instanceof List<?> list) {
            list.forEach(item -> member(name, item));
        } else if (value != null) {
            assertThat(value).as(name).isInstanceOfAny(String.class, Number.class, Boolean.class);
        }
    }

    static void headers(Map<String, String> headers) {
        headers.forEach((name, value) -> {
            assertThat(name).matches(HEADER_NAME);
            assertThat(value).as(name).matches(HEADER_VALUE);
        });
    }
}
