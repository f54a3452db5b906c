package dev.tiergate.limits;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** One call of the ledger's script on its way; told of one answer or one failure, and before that perhaps of the deadline. */
interface LinkCommand {

    /** What it says of a server that it is answered in time, or is not. */
    enum Sign {
        NONE,

        /** Requests wait for such as this. */
        ASKED,

        /** Sent whether or not requests may wait: an answer in time says that the server is well. */
        PROBE
    }

    /** What decides where in a cluster it goes: one of its keys, or the hash tag of all. */
    String tag();

    /**
     * Called when it is dispatched, again where Redis had lost the script, or refused and did not carry it out.
     *
     * @param redisMillis what time Redis has, as far as is known
     */
    Request encode(LedgerScript script, long redisMillis);

    /** The answer, in time or late. */
    void answered(Response reply);

    default Sign sign() {
        return Sign.NONE;
    }

    /** Whether the answer says that the server is a replica, and so has done nothing: scripts hide Redis's own error. */
    default boolean readOnly(Response reply) {
        return LedgerScript.readOnly(reply);
    }

    /** The deadline passed; an answer may still come. */
    default void expired() {}

    /**
     * No answer will come.
     *
     * @param dispatched false when Redis has certainly not carried it out
     */
    void failed(boolean dispatched);
}
