package dev.tiergate.plugin;

/**
 * A value of a plugin's configuration that must not stand in routes.yaml: the gateway takes it from the environment, or from
 * the file that {@code NAME_FILE} names, and refuses it where it is written out, also as a default. A component of a
 * configuration record, the items of one that is a list, or the values of one that is a mapping.
 *
 * @param value what is never printed; may be empty where the variable has an empty default
 */
public record Secret(String value) {

    /** Without the value. */
    @Override
    public String toString() {
        return "***";
    }
}
