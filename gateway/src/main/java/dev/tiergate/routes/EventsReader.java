package dev.tiergate.routes;

import dev.tiergate.plugin.Event;
import dev.tiergate.plugin.EventSinkFactory;
import dev.tiergate.routes.yaml.Yaml;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads where events go. */
final class EventsReader {

    private final Map<String, EventSinkFactory<?>> factories = new TreeMap<>();
    private final Map<String, ConfigSchema> schemas;

    EventsReader(Collection<EventSinkFactory<?>> kinds, Map<String, ConfigSchema> schemas) {
        this.schemas = schemas;
        for (EventSinkFactory<?> factory : kinds) {
            if (SinkUse.KEYS.contains(factory.name())) {
                throw new IllegalArgumentException("no kind of event sink can be called " + factory.name());
            }
            if (factories.put(factory.name(), factory) != null) {
                throw new IllegalArgumentException("two kinds of event sinks are called " + factory.name());
            }
        }
    }

    /** The plugins that take events. */
    Set<String> kinds() {
        return factories.keySet();
    }

    /** @param trial what each sink is made with once, to learn whether it can be made */
    EventsConfig read(Section root, TrialContext trial, Problems problems) {
        Section events = root.section("events");
        Duration keep = events.duration("keep", EventsConfig.NONE.keep());
        if (!within(keep, EventsConfig.MIN_KEEP, EventsConfig.MAX_KEEP)) {
            problems.error(events.at("keep"), "keep must be from 1d to 400d");
            keep = EventsConfig.NONE.keep();
        }
        Duration longest = keep;
        Map<String, SinkUse> sinks = new LinkedHashMap<>();
        for (Yaml.Entry entry : events.section("sinks").entries()) {
            Section item = Section.of(entry.value(), entry.keyAt());
            new PluginItem(item, SinkUse.KEYS, problems)
                    .plugin(factories.keySet())
                    .flatMap(kind -> use(entry.key(), kind, item, longest, problems)
                            .filter(use -> canBeMade(use, kind, trial, problems)))
                    .ifPresent(use -> sinks.put(use.name(), use));
        }
        return new EventsConfig(keep, sinks);
    }

    private static boolean canBeMade(SinkUse use, Yaml.Entry kind, TrialContext trial, Problems problems) {
        var context = trial.ofSink(use.name(), use.deadline());
        return PluginItem.canBeMade(use.kind(), kind, () -> use.sink(context), sink -> Optional.empty(), problems);
    }

    private Optional<SinkUse> use(String name, Yaml.Entry kind, Section item, Duration keep, Problems problems) {
        EventSinkFactory<?> factory = factories.get(kind.key());
        if (factory == null) {
            problems.error(
                    kind.keyAt(),
                    "there is no plugin that takes events and is called '" + SchemaMessage.shortened(kind.key()) + "'"
                            + Nearest.hint(kind.key(), factories.keySet()));
            return Optional.empty();
        }
        Duration deadline = item.duration("deadline", SinkUse.DEFAULT_DEADLINE);
        Duration giveUpAfter = item.duration("give-up-after", SinkUse.DEFAULT_GIVE_UP);
        if (!within(deadline, SinkUse.MIN_DEADLINE, SinkUse.MAX_DEADLINE)) {
            problems.error(item.at("deadline"), "deadline must be from 10ms to 30s");
            return Optional.empty();
        }
        if (!within(giveUpAfter, SinkUse.MIN_GIVE_UP, keep)) {
            problems.error(item.at("give-up-after"), "give-up-after must be from 1m to what keep says");
            return Optional.empty();
        }
        return kind.value() instanceof Yaml.Mapping mapping
                ? new PluginConfigReader(
                                factory.name(),
                                factory.configType(),
                                schemas.get(factory.name()),
                                mapping,
                                kind.keyAt(),
                                problems)
                        .read()
                        .flatMap(config -> problems.build(
                                item.at(),
                                () -> new SinkUse(name, factory, config, types(item), deadline, giveUpAfter)))
                : Optional.empty();
    }

    private static Set<Event.Type> types(Section item) {
        Set<Event.Type> types = EnumSet.noneOf(Event.Type.class);
        item.texts("types")
                .forEach(type -> Section.constant(Event.Type.class, type.text()).ifPresent(types::add));
        return item.has("types") ? types : EnumSet.allOf(Event.Type.class);
    }

    private static boolean within(Duration value, Duration least, Duration most) {
        return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    }
}
