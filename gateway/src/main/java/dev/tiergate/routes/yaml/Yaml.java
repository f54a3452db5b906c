package dev.tiergate.routes.yaml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A value of a YAML file, with its place. Aliases are resolved; a value that is named twice stands in the tree twice. */
public sealed interface Yaml {

    Position at();

    /** Keys in the file's order; no key twice. */
    record Mapping(Position at, Map<String, Entry> entries) implements Yaml {

        public static Mapping of(Position at, List<Entry> entries) {
            var byKey = new LinkedHashMap<String, Entry>();
            entries.forEach(entry -> byKey.putIfAbsent(entry.key(), entry));
            return new Mapping(at, byKey);
        }

        public @Nullable Yaml get(String key) {
            Entry entry = entries.get(key);
            return entry == null ? null : entry.value();
        }

        /** Where the key stands; the mapping's own place when there is no such key. */
        public Position keyAt(String key) {
            Entry entry = entries.get(key);
            return entry == null ? at : entry.keyAt();
        }
    }

    record Entry(String key, Position keyAt, Yaml value) {}

    record Sequence(Position at, List<Yaml> items) implements Yaml {}

    /**
     * @param text as written, without quotes and escapes
     * @param kind what the core schema makes of it
     * @param origin whether the text may be shown, and whether it may be read as another kind
     */
    record Scalar(Position at, String text, Kind kind, Origin origin) implements Yaml {

        public Scalar as(Kind other) {
            return new Scalar(at, text, other, origin);
        }
    }

    /** Types of the core schema (YAML 1.2.2, 10.3). */
    enum Kind {
        TEXT,
        INTEGER,
        NUMBER,
        BOOLEAN,
        NULL
    }

    /** Where a scalar's text comes from. */
    enum Origin {
        /** Written plain in the file. */
        PLAIN,
        /** Written in quotes or as a block: text, whatever it looks like. */
        QUOTED,
        /** With values from the environment: of the kind that is asked for, and never shown. */
        ENVIRONMENT,
        /** The same, with a default in the file. */
        DEFAULTED;

        public boolean fromEnvironment() {
            return this == ENVIRONMENT || this == DEFAULTED;
        }

        /** Whether whoever reads the file may know the value. */
        public boolean inFile() {
            return this != ENVIRONMENT;
        }
    }
}
