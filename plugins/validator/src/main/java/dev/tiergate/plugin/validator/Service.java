package dev.tiergate.plugin.validator;

import io.vertx.core.Future;

/** Who knows whether a request may pass. */
interface Service extends AutoCloseable {

    /** Fails with a {@link ServiceException} where there is no answer of use in time. */
    Future<Answer> ask(String question);

    @Override
    default void close() {}
}
