package dev.tiergate.limits;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.Locale;

/** idempotency.lua: its calls and its answers, which begin like the ledger's with a code and the time. */
final class KeyScript {

    private static final LuaScript SCRIPT = LuaScript.load("/lua/idempotency.lua");

    /** Where an answer says whose record it is, or what went wrong. */
    private static final int MORE = 2;

    private KeyScript() {}

    /** What a call asks for, as the script spells it. */
    enum Operation {
        CLAIM,
        KEEP,
        DROP;

        private final String word = name().toLowerCase(Locale.ROOT);
    }

    /** What an answer begins with, in the script's order. */
    enum Code {
        FIRST,
        AS_NEW,
        REPEAT,
        OTHER_CONTENT,
        IN_FLIGHT,
        DONE,
        LATE,
        FAULT;

        private static final Code[] ALL = values();
    }

    static Request loading() {
        return SCRIPT.loading();
    }

    /**
     * A call up to the arguments of its own.
     *
     * @param lastMillis the last millisecond at which Redis is to act; 0 for no bound
     */
    static Request call(Operation operation, String place, long lastMillis, String owner) {
        return SCRIPT.call(1).arg(place).arg(operation.word).arg(lastMillis).arg(owner);
    }

    static Code code(Response reply) {
        Long number = reply.get(0).toLong();
        if (number == null) {
            throw new IllegalStateException("The script for keys answered " + reply);
        }
        return Code.ALL[number.intValue()];
    }

    /** Whose record a request passes under. */
    static String owner(Response reply) {
        return reply.get(MORE).toString();
    }

    /** Whether the server is a replica, and so has done nothing. */
    static boolean readOnly(Response reply) {
        return code(reply) == Code.FAULT && LuaScript.readOnly(fault(reply));
    }

    static String fault(Response reply) {
        return reply.get(MORE).toString();
    }
}
