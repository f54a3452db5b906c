package dev.tiergate.plugin;

import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a plugin may send requests of its own accord: not to link-local addresses and cloud metadata services, not to the
 * gateway's own stores, and where the operator has a list, nowhere else. Redirects are not to be followed.
 */
public interface Targets {

    /** Why a configuration must not name this URL, as the end of a sentence; empty when it may. For http and https. */
    Optional<String> objection(URI url);

    /**
     * Why nothing may be sent over a connection, in a few words; empty when it may. Asked of the connection itself, before
     * anything is sent, so that a name cannot lead to one place for the check and to another for use.
     *
     * @param host as the URL has it
     * @param connected where it led; null where that is not known, to which there is always an objection
     */
    Optional<String> objection(String host, @Nullable SocketAddress connected);
}
