package dev.tiergate.plugins;

/** One plugin that cannot be loaded. */
final class BadPluginException extends Exception {

    private static final long serialVersionUID = 1L;

    /** @param from the file that the message begins with */
    BadPluginException(String from, String problem) {
        super(from + ": " + problem);
    }

    /** In one line. */
    String problem() {
        return String.valueOf(getMessage());
    }
}
