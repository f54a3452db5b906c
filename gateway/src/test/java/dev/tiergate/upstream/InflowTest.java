package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** In which order a slow reader hears of what came and of its end. */
class InflowTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        Edge.await(vertx.close());
    }

    @Test
    void an_end_that_is_told_before_the_bytes_are_let_go_comes_behind_them() {
        assertThat(heardOf(true, inflow -> {
                    inflow.connectionEnded();
                    inflow.release();
                }))
                .containsExactly("bytes", "end");
    }

    @Test
    void an_end_that_is_told_after_the_bytes_were_let_go_comes_behind_them() {
        assertThat(heardOf(true, inflow -> {
                    inflow.release();
                    inflow.connectionEnded();
                }))
                .containsExactly("bytes", "end");
    }

    @Test
    void an_end_comes_behind_bytes_that_were_held_again_meanwhile() {
        assertThat(heardOf(false, inflow -> {
                    inflow.connectionEnded();
                    inflow.hold();
                    inflow.release();
                }))
                .containsExactly("bytes", "end");
    }

    @Test
    void an_end_waits_for_what_is_held() {
        assertThat(heardOf(false, inflow -> {
                    inflow.connectionEnded();
                    inflow.hold();
                }))
                .isEmpty();
    }

    /** What is heard of a stream with which this is done in one turn of its loop. */
    private List<String> heardOf(boolean held, Consumer<Inflow> done) {
        var turn = new LinkedBlockingQueue<String>();
        loop.runOnContext(now -> {
            done.accept(new Inflow(new LateStream(), held, () -> heard.add("end")));
            // behind all that those turns began
            loop.runOnContext(next -> loop.runOnContext(last -> turn.add("over")));
        });
        Edge.next(turn);
        return List.copyOf(heard);
    }

    /** Gives what it has a turn after it is asked to, as a connection's queue does. */
    private final class LateStream implements ReadStream<Buffer> {

        @Override
        public ReadStream<Buffer> resume() {
            loop.runOnContext(later -> heard.add("bytes"));
            return this;
        }

        @Override
        public ReadStream<Buffer> pause() {
            return this;
        }

        @Override
        public ReadStream<Buffer> fetch(long amount) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ReadStream<Buffer> handler(@Nullable Handler<Buffer> handler) {
            return this;
        }

        @Override
        public ReadStream<Buffer> endHandler(@Nullable Handler<Void> handler) {
            return this;
        }

        @Override
        public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
            return this;
        }
    }
}
