package dev.tiergate.routes.yaml;

/** What is wrong with a file as YAML, and where. */
public record YamlFault(Position at, String message) {}
