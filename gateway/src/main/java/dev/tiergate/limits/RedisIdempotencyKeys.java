package dev.tiergate.limits;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Keys in Redis, over the ledger's line. What Redis is not told, because it is away when a request ends, is forgotten with
 * the time that the request could have taken: its repeats are charged, so that counters are high, never low.
 */
final class RedisIdempotencyKeys implements IdempotencyKeys {

    private final RedisLink link;
    private final long deadlineMillis;

    RedisIdempotencyKeys(LedgerLoop loop) {
        this.link = loop.link();
        this.deadlineMillis = loop.deadlineMillis();
    }

    @Override
    public Future<KeyClaim> claim(KeyedRequest request, Duration flight) {
        if (link.spared(request.place())) {
            return Future.succeededFuture(KeyClaim.of(KeyClaim.Kind.UNAVAILABLE));
        }
        var command = new ClaimCommand(request, flight.toMillis());
        link.send(command);
        return command.result.future();
    }

    /** Of a request that has the key, or of a free repeat of the owner's. */
    private final class Hold implements KeyHold {

        private final String place;
        private final String owner;
        private Future<Void> recorded = Future.succeededFuture();

        Hold(String place, String owner) {
            this.place = place;
            this.owner = owner;
        }

        @Override
        public void keep(@Nullable Instant end) {
            tell(KeyScript.call(KeyScript.Operation.KEEP, place, 0, owner).arg(end == null ? 0 : end.toEpochMilli()));
        }

        @Override
        public void drop() {
            tell(KeyScript.call(KeyScript.Operation.DROP, place, 0, owner));
        }

        private void tell(Request request) {
            var command = new EndCommand(place, request, Promise.promise());
            recorded = command.recorded.future();
            link.send(command);
        }

        @Override
        public Future<Void> recorded() {
            return recorded;
        }
    }

    private record EndCommand(String place, Request request, Promise<Void> recorded) implements LinkCommand {

        @Override
        public String tag() {
            return place;
        }

        @Override
        public boolean readOnly(Response reply) {
            return KeyScript.readOnly(reply);
        }

        @Override
        public Request encode(LedgerScript script, long redisMillis) {
            return request;
        }

        @Override
        public void answered(Response reply) {
            if (KeyScript.code(reply) == KeyScript.Code.FAULT) {
                Faults.log(KeyScript.fault(reply));
            }
            recorded.tryComplete();
        }

        @Override
        public void expired() {
            recorded.tryComplete();
        }

        @Override
        public void failed(boolean dispatched) {
            recorded.tryComplete();
        }
    }

    private final class ClaimCommand implements LinkCommand {

        private final KeyedRequest request;
        private final long flightMillis;
        private final Promise<KeyClaim> result = Promise.promise();
        private boolean asked;
        private boolean expired;

        ClaimCommand(KeyedRequest request, long flightMillis) {
            this.request = request;
            this.flightMillis = flightMillis;
        }

        @Override
        public String tag() {
            return request.place();
        }

        @Override
        public Sign sign() {
            return Sign.ASKED;
        }

        @Override
        public boolean readOnly(Response reply) {
            return KeyScript.readOnly(reply);
        }

        @Override
        public Request encode(LedgerScript script, long redisMillis) {
            return KeyScript.call(
                            KeyScript.Operation.CLAIM, request.place(), redisMillis + deadlineMillis, request.owner())
                    .arg(request.print())
                    .arg(flightMillis);
        }

        @Override
        public void answered(Response reply) {
            switch (KeyScript.code(reply)) {
                case FIRST -> held(KeyClaim.Kind.FIRST, reply);
                case AS_NEW -> held(KeyClaim.Kind.AS_NEW, reply);
                case REPEAT -> held(KeyClaim.Kind.REPEAT, reply);
                case OTHER_CONTENT -> refused(KeyClaim.Kind.OTHER_CONTENT);
                case IN_FLIGHT -> refused(KeyClaim.Kind.IN_FLIGHT);
                case LATE -> again();
                case FAULT -> {
                    Faults.log(KeyScript.fault(reply));
                    giveUp();
                }
                case DONE -> throw new IllegalStateException("Nothing was kept or dropped");
            }
        }

        /** A late answer finds nobody who waits for it. */
        private void held(KeyClaim.Kind kind, Response reply) {
            var hold = new Hold(request.place(), KeyScript.owner(reply));
            if (expired) {
                hold.drop();
            } else {
                result.complete(new KeyClaim(kind, hold));
            }
        }

        private void refused(KeyClaim.Kind kind) {
            if (!expired) {
                result.complete(KeyClaim.of(kind));
            }
        }

        /** The answer told the time, so the second question is in time unless Redis's clock jumps again. */
        private void again() {
            if (expired || asked) {
                giveUp();
            } else {
                asked = true;
                link.send(this);
            }
        }

        @Override
        public void expired() {
            giveUp();
        }

        @Override
        public void failed(boolean dispatched) {
            giveUp();
        }

        private void giveUp() {
            if (!expired) {
                expired = true;
                result.complete(KeyClaim.of(KeyClaim.Kind.UNAVAILABLE));
            }
        }
    }
}
