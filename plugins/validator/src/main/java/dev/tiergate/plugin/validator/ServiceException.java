package dev.tiergate.plugin.validator;

/** The service gave no answer of use; the message says why, and holds nothing of the request. */
final class ServiceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ServiceException(String why) {
        super("The validator cannot be asked: " + why, null, false, false);
    }
}
