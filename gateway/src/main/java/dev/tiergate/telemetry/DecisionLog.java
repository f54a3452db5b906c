package dev.tiergate.telemetry;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line a refusal. What is worth money or attention (403, 429, 5xx) is written each time; what anybody can cause
 * without a token (401) at most {@value #BURST} times a second, with the number of lines left out; the rest at debug.
 */
public final class DecisionLog {

    private static final Logger LOG = LoggerFactory.getLogger("dev.tiergate.decision");
    private static final int BURST = 10;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private long windowStart = System.nanoTime();
    private int written;
    private long suppressed;

    /**
     * A refusal as it is logged; absent values are left out of the line.
     *
     * @param clientRequestId as the client sent it
     */
    public record Line(
            int status,
            String reasonCode,
            String reason,
            @Nullable String feature,
            @Nullable String store,
            @Nullable String user,
            @Nullable String tier,
            @Nullable String routeId,
            String method,
            @Nullable String path,
            String ip,
            String mode,
            String requestId,
            @Nullable String clientRequestId) {}

    public void refused(Line line) {
        var level = line.status >= 500
                ? Level.WARN
                : line.status == 403 || line.status == 429 || line.status == 401 ? Level.INFO : Level.DEBUG;
        if (!LOG.isEnabledForLevel(level) || (line.status == 401 && throttled())) {
            return;
        }
        write(level, message(line.status), line);
    }

    /** An open stream may not go on. */
    public void cutOff(Line line) {
        if (LOG.isInfoEnabled()) {
            write(Level.INFO, "Open stream cut off", line);
        }
    }

    /**
     * A request passes, changed.
     *
     * @param line what it would have been refused with
     * @param changed names of what is changed
     */
    public void degraded(Line line, String changed) {
        if (LOG.isInfoEnabled()) {
            write(LOG.atInfo().addKeyValue(LogKeys.CHANGED, changed), "Request degraded", line);
        }
    }

    private void write(Level level, String message, Line line) {
        write(LOG.atLevel(level), message, line);
    }

    private void write(LoggingEventBuilder builder, String message, Line line) {
        var event = builder.setMessage(message);
        put(event, LogKeys.FEATURE_ID, line.feature);
        put(event, LogKeys.USER_ID, line.user);
        put(event, LogKeys.REASON, line.reason);
        put(event, LogKeys.ROUTE, line.routeId);
        put(event, LogKeys.IP, line.ip);
        put(event, LogKeys.STORE_ID, line.store);
        put(event, LogKeys.REQUEST_ID, line.requestId);
        put(event, LogKeys.TIER, line.tier);
        put(event, LogKeys.ROUTE_ID, line.routeId);
        put(event, LogKeys.REASON_CODE, line.reasonCode);
        put(event, LogKeys.STATUS, line.status);
        put(event, LogKeys.METHOD, line.method);
        put(event, LogKeys.PATH, line.path);
        put(event, LogKeys.MODE, line.mode);
        put(event, LogKeys.CLIENT_REQUEST_ID, cut(line.clientRequestId));
        if (line.status == 401 && suppressed > 0) {
            put(event, LogKeys.SUPPRESSED, suppressed);
            suppressed = 0;
        }
        event.log();
    }

    private static String message(int status) {
        return switch (status) {
            case 403 -> "Feature access denied";
            case 429 -> "Usage limit exceeded";
            default -> "Request refused";
        };
    }

    private boolean throttled() {
        var now = System.nanoTime();
        if (now - windowStart >= SECOND) {
            windowStart = now;
            written = 0;
        }
        if (written < BURST) {
            written++;
            return false;
        }
        suppressed++;
        return true;
    }

    private static @Nullable String cut(@Nullable String text) {
        return text == null || text.length() <= 128 ? text : text.substring(0, 128);
    }

    private static void put(LoggingEventBuilder event, String key, @Nullable Object value) {
        if (value != null) {
            var unused = event.addKeyValue(key, value);
        }
    }
}
