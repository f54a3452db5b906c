package dev.tiergate.plugin;

/** A feature by its code, unique overall, and the name that people read. */
public record FeatureRef(String code, String name) {}
