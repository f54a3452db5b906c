package dev.tiergate.limits;

import dev.tiergate.redis.RedisPipe;
import dev.tiergate.redis.RedisServer;
import dev.tiergate.redis.Refusal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server and the batches on their way over it. Redis answers in order, so a late answer always meets
 * its own command; a session that was given up only listens.
 */
final class RedisSession {

    /** Looks that a batch may see unanswered; several, so that a loop that was held up first reads what has come. */
    private static final int PATIENCE = 3;

    /** What a session tells its owner. */
    interface Owner {

        /** The connection is gone; called once, and not after {@link #close}. */
        void broken(RedisSession session, String why);

        /** The server did certainly not carry the errand out. */
        void refused(Errand errand, Refusal refusal, String error);

        /** The server answered such a command within its deadline, or the deadline passed. */
        void timed(LinkCommand.Sign sign, boolean inTime);
    }

    private final Vertx vertx;
    private final RedisServer server;
    private final RedisPipe pipe;
    private final LedgerScript script;
    private final LinkSettings settings;
    private final RedisClock clock;
    private final Owner owner;
    private final ArrayDeque<Batch> open = new ArrayDeque<>();
    private List<Errand> waiting = new ArrayList<>();
    private int inFlight;
    private int idleLooks;
    private boolean listening = true;

    RedisSession(
            Vertx vertx,
            RedisServer server,
            RedisPipe pipe,
            LedgerScript script,
            LinkSettings settings,
            RedisClock clock,
            Owner owner) {
        this.vertx = vertx;
        this.server = server;
        this.pipe = pipe;
        this.script = script;
        this.settings = settings;
        this.clock = clock;
        this.owner = owner;
        pipe.onEnd(this::ended);
    }

    /** Sent and not answered. */
    int inFlight() {
        return inFlight;
    }

    /** Not answered, sent or not. */
    int load() {
        return inFlight + waiting.size();
    }

    /** Keeps an errand until the flush; true where it is the first to wait for that. */
    boolean add(Errand errand) {
        waiting.add(errand);
        return waiting.size() == 1;
    }

    /** Sends what was added, together and in order. */
    void flush() {
        if (!waiting.isEmpty()) {
            List<Errand> errands = waiting;
            waiting = new ArrayList<>();
            new Batch(errands, false).write();
        }
    }

    /** Called at a steady pace. */
    void look() {
        idleLooks++;
        for (Batch batch : open) {
            batch.looks++;
        }
    }

    boolean stuck() {
        Batch oldest = open.peekFirst();
        return oldest != null && oldest.looks > PATIENCE;
    }

    boolean idle() {
        return open.isEmpty() && idleLooks > PATIENCE;
    }

    /** Closes the connection; what is on its way is told that no answer will come. */
    Future<Void> close() {
        listening = false;
        Future<Void> closed = pipe.close();
        failOpen();
        return closed;
    }

    private void ended(String reason) {
        if (listening) {
            listening = false;
            owner.broken(this, reason);
        }
        failOpen();
    }

    private void failOpen() {
        for (Batch batch = open.pollFirst(); batch != null; batch = open.pollFirst()) {
            batch.abandon();
        }
        List<Errand> unsent = waiting;
        waiting = new ArrayList<>();
        unsent.forEach(errand -> errand.command().failed(false));
    }

    /** Errands of one tick. */
    private final class Batch implements RedisPipe.Answers {

        private final List<Errand> errands;
        private final boolean reload;
        private final List<Errand> lostScript = new ArrayList<>();

        /** For each request its errand; null where the request only prepares. */
        private final List<@Nullable Errand> asked;

        private long mark;
        private long timer;
        private int answered;
        private int looks;

        Batch(List<Errand> errands, boolean reload) {
            this.errands = errands;
            this.reload = reload;
            this.asked = new ArrayList<>(errands.size() + LedgerScript.LOADS);
        }

        void write() {
            List<Request> requests = new ArrayList<>(errands.size() + LedgerScript.LOADS);
            if (reload) {
                script.loading().forEach(load -> add(requests, load, null));
            }
            long redisMillis = clock.millis();
            for (Errand errand : errands) {
                if (errand.asking()) {
                    add(requests, Request.cmd(Command.ASKING), null);
                }
                add(requests, errand.command().encode(script, redisMillis), errand);
            }
            idleLooks = 0;
            inFlight += errands.size();
            open.addLast(this);
            mark = clock.mark();
            arm();
            pipe.send(requests, this);
        }

        private void add(List<Request> requests, Request request, @Nullable Errand errand) {
            requests.add(request);
            asked.add(errand);
        }

        private void arm() {
            long nanos = settings.nanos().getAsLong();
            long next = Long.MAX_VALUE;
            for (int i = answered; i < asked.size(); i++) {
                Errand errand = asked.get(i);
                if (errand != null && !errand.expired()) {
                    next = Math.min(next, errand.leftMillis(nanos));
                }
            }
            timer = next == Long.MAX_VALUE ? -1 : vertx.setTimer(Math.max(1, next), fired -> expire());
        }

        private void expire() {
            long nanos = settings.nanos().getAsLong();
            for (int i = answered; i < asked.size(); i++) {
                Errand errand = asked.get(i);
                if (errand != null && !errand.expired() && errand.leftMillis(nanos) == 0) {
                    expire(errand);
                }
            }
            arm();
        }

        /** Of what another server refused first, this one did not have all the time. */
        private void expire(Errand errand) {
            if (errand.fresh()) {
                owner.timed(errand.command().sign(), false);
            }
            errand.expire();
        }

        @Override
        public void answered(int index, @Nullable Response reply) {
            answered = index + 1;
            boolean last = answered == asked.size();
            if (last) {
                open.remove(this);
                vertx.cancelTimer(timer);
            }
            Errand errand = asked.get(index);
            if (errand != null) {
                inFlight--;
                settle(errand, reply);
            }
            if (last) {
                loadAgain();
            }
        }

        private void settle(Errand errand, @Nullable Response reply) {
            if (reply != null && reply.type() != ResponseType.ERROR) {
                if (errand.command().readOnly(reply)) {
                    owner.refused(errand, Refusal.READ_ONLY, "READONLY");
                    return;
                }
                long millis = LedgerScript.millis(reply);
                if (millis > 0) {
                    clock.observe(millis, mark);
                }
                if (!errand.expired()) {
                    owner.timed(errand.command().sign(), true);
                }
                errand.command().answered(reply);
                return;
            }
            String error = String.valueOf(reply);
            Optional<Refusal> refusal = Refusal.of(error, server);
            if (refusal.isEmpty()) {
                Faults.log(error);
                errand.command().failed(true);
            } else if (refusal.get().what() == Refusal.What.NO_SCRIPT && !reload) {
                lostScript.add(errand);
            } else {
                owner.refused(errand, refusal.get(), error);
            }
        }

        /** Those that found no script were not carried out; they go once more, behind the script. */
        private void loadAgain() {
            List<Errand> again = new ArrayList<>();
            for (Errand errand : lostScript) {
                if (errand.expired() || !listening) {
                    errand.command().failed(false);
                } else {
                    again.add(errand);
                }
            }
            if (!again.isEmpty()) {
                new Batch(again, true).write();
            }
        }

        private void abandon() {
            vertx.cancelTimer(timer);
            for (int i = answered; i < asked.size(); i++) {
                Errand errand = asked.get(i);
                if (errand != null) {
                    inFlight--;
                    errand.command().failed(true);
                }
            }
            lostScript.forEach(errand -> errand.command().failed(false));
        }
    }
}
