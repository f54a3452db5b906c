package dev.tiergate.limits;

import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The slots that one event loop's exchanges hold: names them, and renews them while the exchanges live. */
final class SlotKeeper {

    private static final int NODE_BYTES = 8;

    /** A slot lives for 15 s (ledger.lua), so two renewals may be lost. */
    private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** A renewal that Redis reads later than this is not wanted any more: a third of a slot's life. */
    private static final long RENEW_WITHIN_MILLIS = 5_000;

    private final RedisLink link;
    private final String loop;
    private final Map<Place, Set<String>> held = new HashMap<>();
    private long last;
    private long renewed = System.nanoTime();

    SlotKeeper(RedisLink link) {
        this.link = link;
        byte[] random = new byte[NODE_BYTES];
        new SecureRandom().nextBytes(random);
        this.loop = HexFormat.of().formatHex(random) + '-';
    }

    /** A name that no exchange of any node had before. */
    String next() {
        return loop + Long.toString(++last, Character.MAX_RADIX);
    }

    void hold(Place place, String name, long slots) {
        Set<String> names = held.computeIfAbsent(place, first -> new LinkedHashSet<>());
        for (long n = 1; n <= slots; n++) {
            names.add(name + ':' + n);
        }
    }

    void free(Place place, String name, long slots) {
        Set<String> names = held.get(place);
        if (names == null) {
            return;
        }
        for (long n = 1; n <= slots; n++) {
            names.remove(name + ':' + n);
        }
        if (names.isEmpty()) {
            held.remove(place);
        }
    }

    /** Called at a steady pace; renews every slot when it is time, in one batch. */
    void tick() {
        long now = System.nanoTime();
        if (now - renewed < RENEW_NANOS) {
            return;
        }
        renewed = now;
        held.forEach((place, names) -> link.send(new Renewal(place, names)));
    }

    /** Names are read when it is dispatched, so what was freed in between stays free. */
    private record Renewal(Place place, Set<String> names) implements LinkCommand {

        @Override
        public String tag() {
            return place.store();
        }

        @Override
        public Request encode(LedgerScript script, long redisMillis) {
            Request request = script.call(1);
            place.addKey(request);
            LedgerScript.operation(request, LedgerScript.Operation.RENEW, redisMillis + RENEW_WITHIN_MILLIS);
            names.forEach(request::arg);
            return request;
        }

        @Override
        public void answered(Response reply) {}

        @Override
        public void failed(boolean dispatched) {}
    }
}
