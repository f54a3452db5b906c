package dev.tiergate.plugins;

import dev.tiergate.plugin.CheckFactory;
import dev.tiergate.plugin.EventSinkFactory;
import dev.tiergate.plugin.QuotaFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Factories that stand in {@code META-INF/services}, by the names that they give themselves. To make them is the first code of a stranger that runs, and all that it
 * may throw is a problem of that plugin.
 */
record Factories(
        Map<String, CheckFactory<?>> checks,
        Map<String, QuotaFactory<?>> quotas,
        Map<String, EventSinkFactory<?>> sinks) {

    /**
     * Makes one object of each class.
     *
     * @param from what messages begin with
     */
    static Factories in(ClassLoader loader, String from) throws BadPluginException {
        return new Factories(checks(loader, from), quotas(loader, from), sinks(loader, from));
    }

    /** Those of all plugins, in order. */
    Set<String> names() {
        Set<String> names = new TreeSet<>(checks.keySet());
        names.addAll(quotas.keySet());
        names.addAll(sinks.keySet());
        return names;
    }

    /** The class of one that has the name. */
    String classOf(String name) {
        return Stream.of(checks, quotas, sinks)
                .flatMap(kind -> Stream.ofNullable(kind.get(name)))
                .map(factory -> factory.getClass().getName())
                .findFirst()
                .orElse(name);
    }

    private static Map<String, CheckFactory<?>> checks(ClassLoader loader, String from) throws BadPluginException {
        Supplier<List<CheckFactory<?>>> found = () -> {
            List<CheckFactory<?>> all = new ArrayList<>();
            for (CheckFactory<?> factory : ServiceLoader.load(CheckFactory.class, loader)) {
                all.add(factory);
            }
            return all;
        };
        return named("CheckFactory", found, CheckFactory::name, from);
    }

    private static Map<String, QuotaFactory<?>> quotas(ClassLoader loader, String from) throws BadPluginException {
        Supplier<List<QuotaFactory<?>>> found = () -> {
            List<QuotaFactory<?>> all = new ArrayList<>();
            for (QuotaFactory<?> factory : ServiceLoader.load(QuotaFactory.class, loader)) {
                all.add(factory);
            }
            return all;
        };
        return named("QuotaFactory", found, QuotaFactory::name, from);
    }

    private static Map<String, EventSinkFactory<?>> sinks(ClassLoader loader, String from) throws BadPluginException {
        Supplier<List<EventSinkFactory<?>>> found = () -> {
            List<EventSinkFactory<?>> all = new ArrayList<>();
            for (EventSinkFactory<?> factory : ServiceLoader.load(EventSinkFactory.class, loader)) {
                all.add(factory);
            }
            return all;
        };
        return named("EventSinkFactory", found, EventSinkFactory::name, from);
    }

    private static <F> Map<String, F> named(String kind, Supplier<List<F>> found, Function<F, String> name, String from)
            throws BadPluginException {
        Map<String, F> byName = new TreeMap<>();
        try {
            for (F factory : found.get()) {
                var own = name.apply(factory);
                var other = byName.putIfAbsent(own, factory);
                if (other != null) {
                    throw new BadPluginException(
                            from,
                            "two of " + kind + " are named '" + own + "': "
                                    + other.getClass().getName() + " and "
                                    + factory.getClass().getName());
                }
            }
        } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
            throw new BadPluginException(from, "its " + kind + " cannot be loaded: " + said(e));
        }
        return byName;
    }

    /** With the cause, which is what tells of a class that is missing. */
    private static String said(Throwable fault) {
        var cause = fault.getCause();
        var own = fault instanceof ServiceConfigurationError ? String.valueOf(fault.getMessage()) : fault.toString();
        return own.replaceFirst("^dev\\.tiergate\\.plugin\\.[A-Za-z]+: ", "") + (cause == null ? "" : ": " + cause);
    }
}
