package dev.tiergate.plugin;

/** What this package is as a whole. */
public final class PluginApi {

    /** Grows whenever a plugin that was built before would not run any more; its descriptor says which one it was built for. */
    public static final int VERSION = 1;

    private PluginApi() {}
}
