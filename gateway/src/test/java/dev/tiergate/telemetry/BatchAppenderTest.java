package dev.tiergate.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.encoder.EncoderBase;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BatchAppenderTest {

    private static final int LINES = 5_000;

    private final LoggerContext context = new LoggerContext();

    @Test
    void all_that_was_said_is_written_before_the_end() {
        var out = new ByteArrayOutputStream();
        BatchAppender log = started(out);
        IntStream.range(0, LINES).forEach(n -> log.doAppend(line("line " + n)));
        log.stop();
        assertThat(out.toString(UTF_8).lines())
                .containsExactlyElementsOf(
                        IntStream.range(0, LINES).mapToObj(n -> "line " + n).toList());
    }

    @Test
    @Timeout(60)
    void a_reader_that_takes_nothing_keeps_neither_who_logs_nor_the_end() throws Exception {
        var stuck = new CountDownLatch(1);
        var reads = new CountDownLatch(1);
        BatchAppender log = started(new OutputStream() {
            @Override
            public void write(int one) {
                stuck.countDown();
                while (true) {
                    try {
                        reads.await();
                        return;
                    } catch (InterruptedException e) {
                        // as a pipe that is full
                    }
                }
            }
        });
        log.doAppend(line("first"));
        stuck.await();
        IntStream.range(0, 2 * LINES).forEach(n -> log.doAppend(line("line " + n)));
        log.stop();
        reads.countDown();
    }

    private BatchAppender started(OutputStream out) {
        context.setMDCAdapter(new LogbackMDCAdapter());
        var log = new BatchAppender(out);
        log.setContext(context);
        log.setEncoder(new Message());
        log.start();
        return log;
    }

    private LoggingEvent line(String text) {
        return new LoggingEvent("here", context.getLogger("test"), Level.INFO, text, null, null);
    }

    /** The message alone, a line each. */
    private static final class Message extends EncoderBase<ILoggingEvent> {

        @Override
        public byte[] headerBytes() {
            return new byte[0];
        }

        @Override
        public byte[] encode(ILoggingEvent line) {
            return (line.getMessage() + "\n").getBytes(UTF_8);
        }

        @Override
        public byte[] footerBytes() {
            return new byte[0];
        }
    }
}
