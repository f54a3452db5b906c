package dev.tiergate.api.admin;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * How much this node logs, as Logback is asked and told; {@link Loggers} are the operations on it. Ours may log all they have to say, which never is a secret; what libraries say below
 * {@code info} is what they carry, tokens and bodies among it, so that they stay above. Asked from one event loop.
 */
final class LogbackLevels {

    static final String ROOT = org.slf4j.Logger.ROOT_LOGGER_NAME;

    private static final String OURS = "dev.tiergate";

    private final Vertx vertx;
    private final InstantSource clock;
    private final LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Map<String, Loan> loans = new HashMap<>();

    LogbackLevels(Vertx vertx, InstantSource clock) {
        this.vertx = vertx;
        this.clock = clock;
    }

    /** A level that ends by itself. */
    private record Loan(long timer, @Nullable Level before, Instant until) {}

    /**
     * @param level its own; null where it has its parent's
     * @param effective what counts
     * @param until when its own level ends by itself; null where it stays
     */
    record State(
            String name,
            @Nullable String level,
            String effective,
            @Nullable Instant until) {}

    /** The root, all with a level of their own, and all of ours. */
    List<State> all() {
        return loggers.getLoggerList().stream()
                .filter(logger -> logger.getLevel() != null || ours(logger.getName()))
                .map(this::state)
                .toList();
    }

    /** Empty for a logger that there is not. */
    Optional<State> find(String name) {
        return Optional.ofNullable(loggers.exists(name)).map(this::state);
    }

    private State state(Logger logger) {
        var loan = loans.get(logger.getName());
        return new State(
                logger.getName(),
                logger.getLevel() == null ? null : text(logger.getLevel()),
                text(logger.getEffectiveLevel()),
                loan == null ? null : loan.until());
    }

    /** Why the level may not be; empty where it may. */
    Optional<String> objection(String name, @Nullable String level) {
        if (level == null && name.equals(ROOT)) {
            return Optional.of("the root has no parent whose level it could have");
        }
        var wanted = level == null ? inherited(name) : Level.toLevel(level);
        return ours(name) || wanted.isGreaterOrEqual(Level.INFO)
                ? Optional.empty()
                : Optional.of("below info, only " + OURS + " and what is below it may log: others log what they carry");
    }

    private Level inherited(String name) {
        var dot = name.lastIndexOf('.');
        return loggers.getLogger(dot < 0 ? ROOT : name.substring(0, dot)).getEffectiveLevel();
    }

    /**
     * Nothing may be said against it.
     *
     * @param level null for the parent's
     * @param lasting after this it is as it was before; null for until the node stops
     */
    State set(String name, @Nullable String level, @Nullable Duration lasting) {
        var logger = loggers.getLogger(name);
        var loan = loans.remove(name);
        if (loan != null) {
            vertx.cancelTimer(loan.timer());
        }
        if (lasting != null) {
            var before = loan == null ? logger.getLevel() : loan.before();
            var timer = vertx.setTimer(lasting.toMillis(), end -> {
                loans.remove(name);
                logger.setLevel(before);
            });
            loans.put(name, new Loan(timer, before, clock.instant().plus(lasting)));
        }
        logger.setLevel(level == null ? null : Level.toLevel(level));
        return state(logger);
    }

    private static boolean ours(String name) {
        return name.equals(OURS) || name.startsWith(OURS + ".");
    }

    private static String text(Level level) {
        return level.toString().toLowerCase(Locale.ROOT);
    }
}
