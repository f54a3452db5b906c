package dev.tiergate;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** What a logger and those below it say while this is open. */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Queue<ILoggingEvent> lines = new ConcurrentLinkedQueue<>();
    private final Logger logger;
    private final Level before;
    private final boolean additive;

    private LogLines(String name) {
        this.logger = (Logger) LoggerFactory.getLogger(name);
        this.before = logger.getLevel();
        this.additive = logger.isAdditive();
        setContext(logger.getLoggerContext());
        start();
        logger.addAppender(this);
    }

    public static LogLines of(String logger) {
        return new LogLines(logger);
    }

    /** The same, at another level than the logger's own for as long as this is open. */
    public static LogLines of(String logger, Level level) {
        var lines = of(logger);
        lines.logger.setLevel(level);
        return lines;
    }

    /** Keeps the lines from where they are written else. */
    public LogLines alone() {
        logger.setAdditive(false);
        return this;
    }

    @Override
    protected void append(ILoggingEvent line) {
        lines.add(line);
    }

    Stream<ILoggingEvent> all() {
        return lines.stream();
    }

    public List<String> messages() {
        return all().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setLevel(before);
        logger.setAdditive(additive);
        stop();
    }
}
