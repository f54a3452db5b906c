package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Allow;
import dev.tiergate.plugin.Decision;
import dev.tiergate.plugin.Refuse;

/** What a check is expected to answer. */
final class Decisions {

    private Decisions() {}

    static Allow allowed(Decision decision) {
        assertThat(decision).isInstanceOf(Allow.class);
        return (Allow) decision;
    }

    static Refuse refused(Decision decision) {
        assertThat(decision).isInstanceOf(Refuse.class);
        return (Refuse) decision;
    }
}
