package dev.tiergate.plugin.testkit;

import dev.tiergate.plugin.Call;
import dev.tiergate.plugin.Check;
import dev.tiergate.plugin.Decision;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One event loop, as the gateway has one for each core, and what it has to bear of a check. */
final class Loop implements AutoCloseable {

    /** Far above what anything takes that does not hang. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1)
            .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false)));
    private final Context context = vertx.getOrCreateContext();

    /**
     * What asking a check cost the loop, and what came of it.
     *
     * @param held how long the loop did nothing else
     * @param waits how often it slept, waited or was kept out of a lock meanwhile
     * @param answer what the check gave; null where it threw, or gave nothing
     * @param thrown what it threw; null where it did not
     */
    record Asked<T>(
            Duration held,
            long waits,
            @Nullable Future<T> answer,
            @Nullable Throwable thrown) {}

    Vertx vertx() {
        return vertx;
    }

    Asked<Decision> ask(Check check, Call call) {
        return run(() -> check.ask(call));
    }

    /** Runs code of a plugin that answers with a future, maybe null. */
    @SuppressWarnings("IllegalCatch") // whatever a plugin throws is to be told
    <T> Asked<T> run(Callable<@Nullable Future<T>> step) {
        return on(() -> {
            var waits = waits();
            var begin = System.nanoTime();
            Future<T> answer = null;
            Throwable thrown = null;
            try {
                answer = step.call();
            } catch (Throwable e) {
                thrown = e;
            }
            return new Asked<>(Duration.ofNanos(System.nanoTime() - begin), waits() - waits, answer, thrown);
        });
    }

    private static long waits() {
        var here = THREADS.getThreadInfo(Thread.currentThread().getId());
        return here.getWaitedCount() + here.getBlockedCount();
    }

    /** Runs something on the loop; its result. What it throws fails the test. */
    <T> T on(Callable<T> step) {
        Promise<T> done = Promise.promise();
        context.runOnContext(now -> {
            try {
                done.complete(step.call());
            } catch (Exception | AssertionError e) {
                done.fail(e);
            }
        });
        return within("on the loop", done.future(), PATIENCE);
    }

    /**
     * Waits for a future.
     *
     * @param what messages name
     * @throws AssertionError when it fails, or is not complete in time
     */
    static <T> T within(String what, Future<T> future, Duration deadline) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failed) {
                throw failed;
            }
            throw new AssertionError("it fails: " + what, e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("it does not answer within " + deadline + ": " + what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        within("the end of a loop", vertx.close(), PATIENCE);
    }
}
