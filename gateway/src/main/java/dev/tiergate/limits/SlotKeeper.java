package dev.tiergate.limits;

import dev.tiergate.plugin.OpenRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots that one event loop's exchanges hold: names them in the order of their beginnings, whichever node they are of,
 * renews them while the exchanges live, and cuts those off whose slots Redis may soon give to others.
 */
final class SlotKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(SlotKeeper.class);

    private static final int NODE_BYTES = 8;

    /** A slot lives for 15 s (ledger.lua), so a renewal may be lost; what was is tried again each second. */
    static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(5);

    static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** A renewal that Redis reads later than this is not wanted any more: a third of a slot's life. */
    static final long RENEW_WITHIN_MILLIS = 5_000;

    /** Two thirds of a slot's life: what is cut off then has ended before another may have the slot. */
    static final long LOST_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Digits of a time in milliseconds, for more than three thousand years: names sort like times. */
    private static final int TIME_DIGITS = 9;

    private final RedisLink link;
    private final LongSupplier clock;
    private final NodeCounters node;
    private final String suffix;
    private final Map<Place, Held> held = new HashMap<>();
    private long last;

    /** @param clock nanoseconds of the monotonic clock */
    SlotKeeper(RedisLink link, LongSupplier clock, NodeCounters node) {
        this.link = link;
        this.clock = clock;
        this.node = node;
        byte[] random = new byte[NODE_BYTES];
        new SecureRandom().nextBytes(random);
        this.suffix = '-' + HexFormat.of().formatHex(random) + '-';
    }

    /** What is held of one counter. */
    private static final class Held {
        private final Map<String, Slots> byName = new LinkedHashMap<>();
        private long asked;
        private @Nullable Future<List<String>> names;
    }

    /** The slots of one exchange. */
    private static final class Slots {
        private final String name;
        private final long count;
        private boolean inRedis;
        private long renewed;
        private @Nullable OpenRequest holder;

        Slots(String name, long count, boolean inRedis, long renewed) {
            this.name = name;
            this.count = count;
            this.inRedis = inRedis;
            this.renewed = renewed;
        }
    }

    /** A name that no exchange of any node had before, and that sorts behind those of earlier ones. */
    String next() {
        String time = Long.toString(link.clock().millis(), Character.MAX_RADIX);
        return "0".repeat(Math.max(0, TIME_DIGITS - time.length()))
                + time
                + suffix
                + Long.toString(++last, Character.MAX_RADIX);
    }

    /**
     * @param inRedis false where they were taken without it, and the next renewal brings them there
     * @param since when they were asked for, by the monotonic clock: they live from when Redis read that, or later
     */
    void hold(Place place, String name, long slots, boolean inRedis, long since) {
        Held ofPlace = held.computeIfAbsent(place, first -> {
            var made = new Held();
            made.asked = since;
            return made;
        });
        ofPlace.byName.put(name, new Slots(name, slots, inRedis, since));
    }

    /** Who is cut off where the slots cannot be kept. */
    void began(Place place, String name, OpenRequest request) {
        Held ofPlace = held.get(place);
        Slots slots = ofPlace == null ? null : ofPlace.byName.get(name);
        if (slots != null) {
            slots.holder = request;
        }
    }

    void free(Place place, String name) {
        Held ofPlace = held.get(place);
        if (ofPlace != null && ofPlace.byName.remove(name) != null && ofPlace.byName.isEmpty()) {
            held.remove(place);
        }
    }

    /** Called at a steady pace, whether or not Redis can be reached. */
    void endLost() {
        long now = clock.getAsLong();
        List<OpenRequest> lost = new ArrayList<>(0);
        for (Held ofPlace : held.values()) {
            for (Slots slots : ofPlace.byName.values()) {
                OpenRequest holder = slots.holder;
                if (holder != null && slots.inRedis && now - slots.renewed >= LOST_NANOS) {
                    slots.holder = null;
                    lost.add(holder);
                }
            }
        }
        if (!lost.isEmpty()) {
            LOG.warn("{} requests are cut off: their slots could not be renewed", lost.size());
            lost.forEach(holder -> {
                node.slotsLost();
                holder.cutOff(LimitRefusal.slotsLost());
            });
        }
    }

    /** Called at a steady pace while Redis can be reached; renews what is due. */
    void tick() {
        long now = clock.getAsLong();
        held.forEach((place, ofPlace) -> {
            long waited = now - ofPlace.asked;
            if (waited >= RENEW_NANOS || (waited >= RETRY_NANOS && overdue(ofPlace, now))) {
                ofPlace.asked = now;
                link.send(new Renewal(place, ofPlace));
            }
        });
    }

    private static boolean overdue(Held ofPlace, long now) {
        for (Slots slots : ofPlace.byName.values()) {
            if (now - slots.renewed > RENEW_NANOS + RETRY_NANOS) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether so many others began before that a limit has no room for these slots. Fails with
     * {@link LedgerUnavailableException}, also where Redis does not have them: how many stand before them is not known then.
     */
    Future<Boolean> over(Place place, String name, long slots, long limit) {
        Held ofPlace = held.get(place);
        if (ofPlace == null || !ofPlace.byName.containsKey(name)) {
            return Future.succeededFuture(false);
        }
        return names(place, ofPlace).map(all -> {
            // as text a holder's names stand together, the first in front, but the tenth behind it
            int first = Collections.binarySearch(all, full(name, 1));
            if (first < 0) {
                ofPlace.asked = clock.getAsLong() - RENEW_NANOS; // so that the next tick brings them there
                throw new LedgerUnavailableException();
            }
            return first + slots > limit;
        });
    }

    /** One question however many ask. */
    private Future<List<String>> names(Place place, Held ofPlace) {
        if (link.spared(place.store())) {
            return Future.failedFuture(new LedgerUnavailableException());
        }
        Future<List<String>> asked = ofPlace.names;
        if (asked == null) {
            var question = new Names(place);
            asked = question.names.future();
            ofPlace.names = asked;
            asked.onComplete(answered -> ofPlace.names = null);
            link.send(question);
        }
        return asked;
    }

    private static String full(String name, long n) {
        return name + ':' + n;
    }

    /** What is held is read when it is dispatched, so what was freed in between stays free. */
    private final class Renewal implements LinkCommand {

        private final Place place;
        private final Held ofPlace;
        private List<Slots> sent = List.of();
        private long at;

        Renewal(Place place, Held ofPlace) {
            this.place = place;
            this.ofPlace = ofPlace;
        }

        @Override
        public Request encode(LedgerScript script, long redisMillis) {
            at = clock.getAsLong();
            sent = List.copyOf(ofPlace.byName.values());
            Request request = script.call(1);
            place.addKey(request);
            script.operation(request, LedgerScript.Operation.RENEW, redisMillis + RENEW_WITHIN_MILLIS);
            for (Slots slots : sent) {
                for (long n = 1; n <= slots.count; n++) {
                    request.arg(full(slots.name, n));
                }
            }
            return request;
        }

        @Override
        public String tag() {
            return place.store();
        }

        /** They live from when Redis read this, which was not before it was sent. */
        @Override
        public void answered(Response reply) {
            if (LedgerScript.code(reply) == LedgerScript.Code.DONE) {
                for (Slots slots : sent) {
                    slots.renewed = at;
                    slots.inRedis = true;
                }
            }
        }

        @Override
        public void failed(boolean dispatched) {}
    }

    /** Asks what is in flight, on all nodes, and sorts it by its beginning. */
    private static final class Names implements LinkCommand {

        private final Place place;
        private final Promise<List<String>> names = Promise.promise();

        Names(Place place) {
            this.place = place;
        }

        @Override
        public String tag() {
            return place.store();
        }

        @Override
        public Request encode(LedgerScript script, long redisMillis) {
            Request request = script.call(1);
            place.addKey(request);
            script.operation(request, LedgerScript.Operation.SLOTS, 0);
            return request;
        }

        @Override
        public void answered(Response reply) {
            if (LedgerScript.code(reply) == LedgerScript.Code.DONE) {
                List<String> all = LedgerScript.names(reply);
                Collections.sort(all);
                names.tryComplete(all);
            } else {
                Faults.log(LedgerScript.fault(reply));
                names.tryFail(new LedgerUnavailableException());
            }
        }

        @Override
        public void expired() {
            names.tryFail(new LedgerUnavailableException());
        }

        @Override
        public void failed(boolean dispatched) {
            names.tryFail(new LedgerUnavailableException());
        }
    }
}
