package dev.tiergate.limits;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One connection to Redis and the batches on their way over it. Redis answers in order, so a late answer always meets its
 * own command; a session that was given up only listens.
 */
final class RedisSession {

    /** Looks that a batch may see unanswered; several, so that a loop that was held up first reads what has come. */
    private static final int PATIENCE = 3;

    /** The client's report of a batch's first error: Redis executed what stood before it. */
    private static final Pattern NO_SCRIPT = Pattern.compile("ERR \\[(\\d+)] NOSCRIPT.*", Pattern.DOTALL);

    private final Vertx vertx;
    private final Redis client;
    private final RedisConnection connection;
    private final LedgerScript script;
    private final RedisClock clock;
    private final long deadlineMillis;
    private final BiConsumer<RedisSession, String> broken;
    private final ArrayDeque<Batch> open = new ArrayDeque<>();
    private final Promise<Void> quiet = Promise.promise();
    private int inFlight;
    private int idleLooks;
    private boolean quietAsked;
    private boolean listening = true;

    RedisSession(
            Vertx vertx,
            Redis client,
            RedisConnection connection,
            LedgerScript script,
            RedisClock clock,
            long deadlineMillis,
            BiConsumer<RedisSession, String> broken) {
        this.vertx = vertx;
        this.client = client;
        this.connection = connection;
        this.script = script;
        this.clock = clock;
        this.deadlineMillis = deadlineMillis;
        this.broken = broken;
        // a reset tells one of the two, a plain end the other
        connection.exceptionHandler(cause -> ended(String.valueOf(cause.getMessage())));
        connection.endHandler(end -> ended("the connection was closed"));
    }

    int inFlight() {
        return inFlight;
    }

    /** Sends the commands together, in order. */
    void dispatch(List<LinkCommand> commands) {
        new Batch(commands, false).write();
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

    /** Completes when nothing is on its way, or the deadline of what is has passed. */
    Future<Void> quiet() {
        if (open.isEmpty()) {
            return Future.succeededFuture();
        }
        quietAsked = true;
        return quiet.future().timeout(deadlineMillis, TimeUnit.MILLISECONDS).otherwiseEmpty();
    }

    /** Closes the connection; what is on its way is told that no answer will come. */
    Future<Void> close() {
        listening = false;
        Future<Void> closed = client.close();
        failOpen();
        return closed;
    }

    private void hush() {
        if (quietAsked && open.isEmpty()) {
            quiet.tryComplete();
        }
    }

    private void ended(String reason) {
        failOpen();
        fail(reason);
    }

    private void failOpen() {
        for (Batch batch = open.pollFirst(); batch != null; batch = open.pollFirst()) {
            batch.abandon();
        }
    }

    private void fail(String reason) {
        if (listening) {
            listening = false;
            broken.accept(this, reason);
        }
    }

    /** Commands of one tick, with one deadline. */
    private final class Batch {

        private final List<LinkCommand> commands;
        private final boolean reload;
        private long mark;
        private long timer;
        private int looks;
        private boolean expired;

        Batch(List<LinkCommand> commands, boolean reload) {
            this.commands = commands;
            this.reload = reload;
        }

        void write() {
            List<Request> requests = new ArrayList<>(commands.size() + LedgerScript.LOADS);
            if (reload) {
                requests.addAll(script.loading());
            }
            long redisMillis = clock.millis();
            for (LinkCommand command : commands) {
                requests.add(command.encode(script, redisMillis));
            }
            idleLooks = 0;
            inFlight += commands.size();
            open.addLast(this);
            mark = clock.mark();
            timer = vertx.setTimer(deadlineMillis, fired -> expire());
            connection.batch(requests).onComplete(this::settle);
        }

        private void expire() {
            expired = true;
            commands.forEach(LinkCommand::expired);
        }

        private void settle(AsyncResult<List<Response>> result) {
            if (!open.remove(this)) {
                return; // was abandoned
            }
            finish();
            if (result.succeeded()) {
                answer(result.result());
            } else {
                fault(String.valueOf(result.cause().getMessage()));
            }
            hush();
        }

        private void finish() {
            inFlight -= commands.size();
            vertx.cancelTimer(timer);
        }

        private void answer(List<Response> replies) {
            int first = reload ? LedgerScript.LOADS : 0;
            long millis = LedgerScript.millis(replies.get(first));
            if (millis > 0) {
                clock.observe(millis, mark);
            }
            for (int i = 0; i < commands.size(); i++) {
                commands.get(i).answered(replies.get(first + i));
            }
        }

        /** The answers before an error are lost in the client, so those commands are of unknown fate. */
        private void fault(String message) {
            Matcher lost = NO_SCRIPT.matcher(message);
            int executed = lost.matches() && !reload ? Integer.parseInt(lost.group(1)) : commands.size();
            commands.subList(0, executed).forEach(command -> command.failed(true));
            List<LinkCommand> rest = commands.subList(executed, commands.size());
            if (executed == commands.size()) {
                fail(message.lines().findFirst().orElse(message));
            } else if (expired || !listening) {
                rest.forEach(command -> command.failed(false));
            } else {
                new Batch(rest, true).write();
            }
        }

        private void abandon() {
            finish();
            commands.forEach(command -> command.failed(true));
            hush();
        }
    }
}
