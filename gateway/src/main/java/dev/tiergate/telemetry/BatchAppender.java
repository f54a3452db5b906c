package dev.tiergate.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.event.KeyValuePair;

/**
 * Writes log lines to the standard output, those of {@value #PAUSE_MILLIS} ms with one wake-up and one write; while
 * nothing is logged, nothing wakes. Who logs never waits for the output: past {@value #CAPACITY} lines, lines are
 * dropped, and a line says how many once there is room.
 */
public final class BatchAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private static final int CAPACITY = 8192;
    private static final long PAUSE_MILLIS = 10;

    /** How long the end waits for a reader to take one more line. */
    private static final long END_MILLIS = 1000;

    private final BlockingQueue<ILoggingEvent> lines = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final Thread writer = new Thread(this::run, "log");

    private final OutputStream out;

    @SuppressWarnings("NullAway.Init")
    private Encoder<ILoggingEvent> encoder;

    /** To the standard output itself: {@link System#out} writes each line alone. */
    public BatchAppender() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    BatchAppender(OutputStream out) {
        this.out = new BufferedOutputStream(out);
    }

    /** Must be called before the start. */
    public void setEncoder(Encoder<ILoggingEvent> value) {
        encoder = value;
    }

    @Override
    public void start() {
        writer.setDaemon(true);
        writer.start();
        super.start();
    }

    /** Ends once all lines are written, or {@value #END_MILLIS} ms after the last one that somebody read. */
    @Override
    public void stop() {
        if (!isStarted()) {
            return;
        }
        super.stop();
        writer.interrupt();
        try {
            long before;
            do {
                before = written.get();
                writer.join(END_MILLIS);
            } while (writer.isAlive() && written.get() > before);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    protected void append(ILoggingEvent line) {
        line.prepareForDeferredProcessing();
        if (!lines.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    private void run() {
        try {
            while (true) {
                write(lines.take());
                Thread.sleep(PAUSE_MILLIS); // of this thread alone; what is logged meanwhile is one batch
                writeRest();
            }
        } catch (InterruptedException e) {
            writeRest();
        }
    }

    private void writeRest() {
        for (var line = lines.poll(); line != null; line = lines.poll()) {
            write(line);
        }
        var missing = dropped.getAndSet(0);
        if (missing > 0) {
            write(dropped(missing));
        }
        try {
            out.flush();
        } catch (IOException e) {
            addError("The log cannot be written", e);
        }
    }

    private void write(ILoggingEvent line) {
        try {
            out.write(encoder.encode(line));
            written.incrementAndGet();
        } catch (IOException | RuntimeException e) {
            addError("A log line cannot be written", e);
        }
    }

    private ILoggingEvent dropped(long count) {
        var logger = ((LoggerContext) getContext()).getLogger(BatchAppender.class);
        var line = new LoggingEvent(
                BatchAppender.class.getName(),
                logger,
                Level.WARN,
                "Log lines dropped, as nobody read them",
                null,
                null);
        line.addKeyValuePair(new KeyValuePair(LogKeys.SUPPRESSED, count));
        return line;
    }
}
