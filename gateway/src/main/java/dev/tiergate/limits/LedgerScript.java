package dev.tiergate.limits;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
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
        LEASE,
        FORFEIT,
        FILL,
        RENEW,
        SLOTS,
        ALIVE,
        TIME;

        private final String word = name().toLowerCase(Locale.ROOT);
    }

    /** What an answer begins with, in the script's order. */
    enum Code {
        DONE,
        OVER,
        MOVED,
        LATE,
        COLD,
        HELD,
        FAULT,
        UNSURE;

        private static final Code[] ALL = values();
    }

    /** Where an answer says more than its code and the time: the store's epoch, a list, or a number. */
    private static final int MORE = 2;

    /** Where an answer's counters begin, */
    private static final int COUNTERS = 3;

    /** three numbers each. */
    private static final int NUMBERS = 3;

    /** What {@link #loading} has. */
    static final int LOADS = 2;

    private final LuaScript script;
    private final String life;

    private LedgerScript(LuaScript script, String life) {
        this.script = script;
        this.life = life;
    }

    /** For any server, whose life is not known yet: enough to load it, and to ask for the time. */
    static LedgerScript load() {
        return new LedgerScript(LuaScript.load("/lua/ledger.lua"), "");
    }

    /** The same for one server. */
    LedgerScript on(ServerLife server) {
        return new LedgerScript(script, server.name());
    }

    /** What a connection needs before its first call: this script, and the one for keys that goes over the same line. */
    List<Request> loading() {
        return List.of(script.loading(), KeyScript.loading());
    }

    /** The script's call up to its keys; they and the arguments are added by the caller. */
    Request call(int keys) {
        return script.call(keys);
    }

    void operation(Request request, Operation operation, long lastMillis) {
        request.arg(operation.word).arg(lastMillis).arg(life);
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

    /** What an answer says of its nth counter. */
    static Told told(Response reply, int n) {
        int at = COUNTERS + NUMBERS * n;
        return new Told(number(reply, at), number(reply, at + 1), number(reply, MORE), number(reply, at + 2));
    }

    /** What an exchange granted. */
    static long granted(Response reply) {
        return number(reply, COUNTERS + NUMBERS);
    }

    /** What was forfeit. */
    static long forfeited(Response reply) {
        return number(reply, MORE);
    }

    /** The names in an answer that lists nodes or slots. */
    static List<String> names(Response reply) {
        List<String> names = new ArrayList<>();
        reply.get(MORE).forEach(name -> names.add(name.toString()));
        return names;
    }

    /** Whether the server is a replica, and so has done nothing. */
    static boolean readOnly(Response reply) {
        return code(reply) == Code.FAULT && LuaScript.readOnly(fault(reply));
    }

    static String fault(Response reply) {
        return reply.get(MORE).toString();
    }

    private static long number(Response reply, int index) {
        Long number = reply.get(index).toLong();
        if (number == null) {
            throw new IllegalStateException("The ledger's script answered " + reply);
        }
        return number;
    }
}
