package dev.tiergate.upstream;

import dev.tiergate.plugin.Refuse;

/** How an exchange with an upstream ended. */
public sealed interface Forwarded {

    /**
     * The whole response went out.
     *
     * @param status the upstream's; 101 for a tunnel that was closed
     */
    record Answered(int status) implements Forwarded {}

    /** Nothing was written to the client: the caller answers. The rest of the request's body may be unread, it is paused. */
    record Failed(Refuse refuse) implements Forwarded {}

    /**
     * The exchange was cut short and the client's stream is ended, closed or reset.
     *
     * @param status the upstream's, 0 when it had not answered
     */
    record BrokenOff(By by, int status) implements Forwarded {
        /** Who broke off. */
        public enum By {
            CLIENT,
            UPSTREAM,
            /** Nothing moved for the idle timeout. */
            IDLE,
            /** Who had let it through. */
            GATE
        }
    }
}
