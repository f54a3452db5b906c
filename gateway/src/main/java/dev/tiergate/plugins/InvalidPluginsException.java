package dev.tiergate.plugins;

import java.util.List;

/** Plugins that cannot be loaded; the message has one line for each problem, which begins with the file. */
public final class InvalidPluginsException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param problems plain sentences, at least one */
    public InvalidPluginsException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
    }
}
