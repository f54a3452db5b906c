package dev.tiergate.limits;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;

/** One call of the ledger's script on its way; told of one answer or one failure, and before that perhaps of the deadline. */
interface LinkCommand {

    /**
     * Called when it is dispatched, a second time where Redis had lost the script.
     *
     * @param redisMillis what time Redis has, as far as is known
     */
    Request encode(LedgerScript script, long redisMillis);

    /** The answer, in time or late. */
    void answered(Response reply);

    /** The deadline passed; an answer may still come. */
    default void expired() {}

    /**
     * No answer will come.
     *
     * @param dispatched false when Redis has certainly not carried it out
     */
    void failed(boolean dispatched);
}
