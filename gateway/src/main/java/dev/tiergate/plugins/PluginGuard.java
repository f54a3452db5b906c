package dev.tiergate.plugins;

import dev.tiergate.telemetry.PluginFault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks one plugin on one event loop. Whatever it does, there is an answer in time and on that loop; what it may not do is
 * counted under its name. An answer that is there at once costs nothing more: no timer, no object.
 */
final class PluginGuard {

    private final String name;
    private final Duration deadline;
    private final PluginGuards loop;
    private final PluginWatchdog.Slot slot;

    PluginGuard(String name, Duration deadline, PluginGuards loop) {
        this.name = name;
        this.deadline = deadline;
        this.loop = loop;
        this.slot = loop.slot();
    }

    /**
     * What the plugin answers, never null; a failure, which is counted already, where it does not.
     *
     * @param usable false of an answer with which nothing can be done
     * @param unused gets such an answer, and one that comes when nobody waits for it any more
     */
    @SuppressWarnings("IllegalCatch") // whatever a plugin throws must not cost more than its own request
    <A, T> Future<T> ask(Function<A, Future<T>> question, A about, Predicate<T> usable, Consumer<T> unused) {
        Future<T> answer;
        var outer = slot.enter(name);
        try {
            answer = question.apply(about);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            return faulty(PluginFault.THREW, e);
        } finally {
            slot.leave(outer);
        }
        if (answer == null) {
            return faulty(PluginFault.FAILED, null);
        }
        return answer.isComplete() ? checked(answer, usable, unused) : awaited(answer, usable, unused);
    }

    private <T> Future<T> checked(Future<T> answer, Predicate<T> usable, Consumer<T> unused) {
        if (answer.failed() || answer.result() == null) {
            return faulty(PluginFault.FAILED, answer.cause());
        }
        if (usable.test(answer.result())) {
            return answer;
        }
        tell(() -> unused.accept(answer.result()));
        return faulty(PluginFault.FAILED, null);
    }

    /** Either the answer or the timer is first; the other finds that there is nobody who waits. */
    private <T> Future<T> awaited(Future<T> answer, Predicate<T> usable, Consumer<T> unused) {
        Promise<T> first = Promise.promise();
        var timer = loop.vertx().setTimer(deadline.toMillis(), late -> {
            if (!first.future().isComplete()) {
                this.<T>faulty(PluginFault.LATE, null).onComplete(first);
            }
        });
        var onLoop = loop.here();
        answer.onComplete(done -> onLoop.execute(() -> {
            if (!first.future().isComplete()) {
                loop.vertx().cancelTimer(timer);
                checked(answer, usable, unused).onComplete(first);
            } else if (answer.succeeded() && answer.result() != null) {
                tell(() -> unused.accept(answer.result()));
            }
        }));
        return first.future();
    }

    /** What the plugin gives at once; the other thing, and a fault, where it throws or gives null. */
    @SuppressWarnings("IllegalCatch") // as above
    <T> T get(Callable<T> question, T otherwise) {
        var outer = slot.enter(name);
        try {
            var given = question.call();
            if (given != null) {
                return given;
            }
            failed();
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            loop.faults().happened(name, PluginFault.THREW, e);
        } finally {
            slot.leave(outer);
        }
        return otherwise;
    }

    /** A word to the plugin, to which there is no answer. */
    void tell(Step word) {
        get(
                () -> {
                    word.run();
                    return true;
                },
                false);
    }

    /** What a plugin does when it is told something. */
    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    /** What it gave cannot be used. */
    void failed() {
        loop.faults().happened(name, PluginFault.FAILED, null);
    }

    private <T> Future<T> faulty(PluginFault kind, @Nullable Throwable cause) {
        loop.faults().happened(name, kind, cause);
        return Future.failedFuture("the plugin " + name + " failed");
    }
}
