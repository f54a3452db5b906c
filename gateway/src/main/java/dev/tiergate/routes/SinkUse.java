package dev.tiergate.routes;

import dev.tiergate.plugin.Event;
import dev.tiergate.plugin.EventSink;
import dev.tiergate.plugin.EventSinkFactory;
import dev.tiergate.plugin.SinkContext;
import java.time.Duration;
import java.util.Set;

/**
 * An event sink with its configuration.
 *
 * @param name what routes.yaml calls it; the outbox knows it by that
 * @param types of the events that it gets; never empty
 * @param deadline of one delivery
 * @param giveUpAfter since an event was written; there is no further attempt after that
 */
public record SinkUse(
        String name,
        EventSinkFactory<?> factory,
        Record config,
        Set<Event.Type> types,
        Duration deadline,
        Duration giveUpAfter) {

    /** What stands beside the name of the sink's kind. */
    public static final Set<String> KEYS = Set.of("types", "deadline", "give-up-after");

    static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(10);
    static final Duration MIN_DEADLINE = Duration.ofMillis(10);
    static final Duration MAX_DEADLINE = Duration.ofSeconds(30);
    static final Duration DEFAULT_GIVE_UP = Duration.ofHours(24);
    static final Duration MIN_GIVE_UP = Duration.ofMinutes(1);

    public SinkUse {
        types = Set.copyOf(types);
        require(!types.isEmpty(), "a sink gets events of one type at least");
        require(
                deadline.compareTo(MIN_DEADLINE) >= 0 && deadline.compareTo(MAX_DEADLINE) <= 0,
                "deadline must be from 10ms to 30s");
        require(giveUpAfter.compareTo(MIN_GIVE_UP) >= 0, "give-up-after must be 1m or more");
    }

    /** What the kind of the sink is called. */
    public String kind() {
        return factory.name();
    }

    public EventSink sink(SinkContext context) {
        return made(factory, context);
    }

    private <C extends Record> EventSink made(EventSinkFactory<C> typed, SinkContext context) {
        return typed.create(typed.configType().cast(config), context);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
