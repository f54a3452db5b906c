package dev.tiergate.limits;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.Locale;

/** ledger.lua: its calls and its answers. */
final class LedgerScript {

    /** What a call asks for, as the script spells it. */
    enum Operation {
        CHARGE,
        READ,
        BACK,
        ADD,
        PUT,
        RENEW,
        TIME;

        private final String word = name().toLowerCase(Locale.ROOT);
    }

    /** What an answer begins with, in the script's order. */
    enum Code {
        DONE,
        OVER,
        MOVED,
        LATE,
        FAULT;

        private static final Code[] ALL = values();
    }

    /** Where the counts of an answer begin, after the code and the time. */
    private static final int COUNTS = 2;

    /** What {@link #loading} has. */
    static final int LOADS = 2;

    private final LuaScript script;

    private LedgerScript(LuaScript script) {
        this.script = script;
    }

    static LedgerScript load() {
        return new LedgerScript(LuaScript.load("/lua/ledger.lua"));
    }

    /** What a connection needs before its first call: this script, and the one for keys that goes over the same line. */
    List<Request> loading() {
        return List.of(script.loading(), KeyScript.loading());
    }

    /** The script's call up to its keys; they and the arguments are added by the caller. */
    Request call(int keys) {
        return script.call(keys);
    }

    static void operation(Request request, Operation operation, long lastMillis) {
        request.arg(operation.word).arg(lastMillis);
    }

    /** A call that only asks for the time, and proves that the script is there. */
    Request time() {
        Request request = call(0);
        operation(request, Operation.TIME, 0);
        return request;
    }

    static Code code(Response reply) {
        return Code.ALL[(int) number(reply, 0)];
    }

    /** Redis's own time in milliseconds since the epoch; 0 in a fault. */
    static long millis(Response reply) {
        return number(reply, 1);
    }

    static long count(Response reply, int key) {
        return number(reply, COUNTS + key);
    }

    static String fault(Response reply) {
        return reply.get(COUNTS).toString();
    }

    private static long number(Response reply, int index) {
        Long number = reply.get(index).toLong();
        if (number == null) {
            throw new IllegalStateException("The ledger's script answered " + reply);
        }
        return number;
    }
}
