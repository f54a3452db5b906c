package dev.tiergate.plugins;

import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;

/** Factories that stand in {@code META-INF/services}. */
final class Factories {

    private Factories() {}

    /**
     * Makes one object of each class. This is the first code of a stranger that runs, and all that it may throw is a problem
     * of that plugin.
     *
     * @param from what messages begin with
     * @return by the name that each gives itself
     */
    static <F> Map<String, F> load(Class<F> kind, Function<F, String> name, ClassLoader loader, String from)
            throws BadPluginException {
        Map<String, F> byName = new TreeMap<>();
        try {
            for (F factory : ServiceLoader.load(kind, loader)) {
                var own = name.apply(factory);
                var other = byName.putIfAbsent(own, factory);
                if (other != null) {
                    throw new BadPluginException(
                            from,
                            "two of " + kind.getSimpleName() + " are named '" + own + "': "
                                    + other.getClass().getName() + " and "
                                    + factory.getClass().getName());
                }
            }
        } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
            throw new BadPluginException(from, "its " + kind.getSimpleName() + " cannot be loaded: " + said(e));
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
