package dev.tiergate;

import dev.tiergate.edge.TlsIdentity;
import dev.tiergate.edge.WatchedTransport;
import dev.tiergate.redis.RedisUri;
import dev.tiergate.routes.AllowedTargets;
import dev.tiergate.routes.Mode;
import dev.tiergate.routes.VariableException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The environment, read and checked once.
 *
 * @param database null only where gating is off
 * @param adminDatabase null where the admin API takes {@code database}
 * @param redis of {@link RedisUri}'s forms; null only where gating is off
 * @param gatingCap OFF after {@code FEATURE_GATING_V2_ENABLED=false}, otherwise ENFORCE, which caps nothing
 */
public record Settings(
        String host,
        int port,
        String adminHost,
        int adminPort,
        @Nullable URI database,
        @Nullable URI migrationDatabase,
        @Nullable URI adminDatabase,
        @Nullable String redis,
        Duration databaseDeadline,
        Duration redisDeadline,
        @Nullable TlsIdentity tls,
        String logLevel,
        int eventLoops,
        boolean ioUring,
        Duration usageHistory,
        Duration clientTimeout,
        Duration drainDelay,
        Duration drainTimeout,
        Mode gatingCap) {

    private static final Set<String> LOG_LEVELS = Set.of("trace", "debug", "info", "warn", "error");

    /** Settings that cannot be used, one plain sentence each; none prints a value that may be secret. */
    public static final class InvalidSettingsException extends Exception {
        private static final long serialVersionUID = 1L;

        private InvalidSettingsException(List<String> problems) {
            super(String.join(System.lineSeparator(), problems));
        }
    }

    /**
     * @param environment a variable's value by its name, null where it is not set
     * @throws InvalidSettingsException naming every setting that is wrong
     */
    public static Settings from(Function<String, @Nullable String> environment) throws InvalidSettingsException {
        var reader = new Reader(environment);
        var settings = reader.read();
        if (!reader.problems.isEmpty()) {
            throw new InvalidSettingsException(reader.problems);
        }
        return settings;
    }

    boolean gatingOff() {
        return gatingCap == Mode.OFF;
    }

    /** Never prints a URL, for its password. */
    @Override
    public String toString() {
        return "Settings[" + host + ":" + port + ", admin " + adminHost + ":" + adminPort + ", gating cap " + gatingCap
                + "]";
    }

    private static final class Reader {
        private final Function<String, @Nullable String> environment;
        private final List<String> problems = new ArrayList<>();

        Reader(Function<String, @Nullable String> environment) {
            this.environment = environment;
        }

        Settings read() {
            var cap = gatingCap();
            var tls = tls(text(Setting.TLS_CERT), text(Setting.TLS_KEY));
            checkTargets();
            return new Settings(
                    text(Setting.HOST),
                    number(Setting.PORT, 0, 65_535),
                    text(Setting.ADMIN_HOST),
                    number(Setting.ADMIN_PORT, 0, 65_535),
                    uri(Setting.DATABASE_URL, cap != Mode.OFF, Set.of("postgresql", "postgres")),
                    uri(Setting.MIGRATION_DATABASE_URL, false, Set.of("postgresql", "postgres")),
                    uri(Setting.ADMIN_DATABASE_URL, false, Set.of("postgresql", "postgres")),
                    redis(cap != Mode.OFF),
                    Duration.ofMillis(number(Setting.DATABASE_DEADLINE, 1, 60_000)),
                    Duration.ofMillis(number(Setting.REDIS_DEADLINE, 1, 60_000)),
                    tls,
                    logLevel(),
                    number(Setting.EVENT_LOOPS, 0, 256),
                    ioUring(),
                    Duration.ofDays(number(Setting.USAGE_HISTORY_DAYS, 1, 36_500)),
                    Duration.ofSeconds(number(Setting.CLIENT_TIMEOUT, 1, 3600)),
                    Duration.ofSeconds(number(Setting.DRAIN_DELAY, 0, 600)),
                    Duration.ofSeconds(number(Setting.DRAIN_TIMEOUT, 1, 3600)),
                    cap);
        }

        private String text(Setting setting) {
            var value = variable(setting);
            return value == null || value.isBlank() ? setting.fallback() : value.strip();
        }

        private @Nullable String variable(Setting setting) {
            try {
                return environment.apply(setting.variable());
            } catch (VariableException e) {
                problems.add(String.valueOf(e.getMessage()));
                return null;
            }
        }

        private int number(Setting setting, int least, int most) {
            var text = text(setting);
            try {
                var number = Integer.parseInt(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // said below, the same for both
            }
            problems.add(setting.variable() + " is to be a whole number from " + least + " to " + most + ", not '"
                    + text + "'");
            return least;
        }

        private @Nullable URI uri(Setting setting, boolean required, Set<String> schemes) {
            var text = text(setting);
            if (text.isEmpty()) {
                if (required) {
                    problems.add(setting.variable() + " is not set. " + setting.meaning());
                }
                return null;
            }
            try {
                var uri = new URI(text);
                if (uri.getScheme() != null && schemes.contains(uri.getScheme()) && uri.getHost() != null) {
                    return uri;
                }
            } catch (URISyntaxException e) {
                // its message would print the password
            }
            problems.add(setting.variable() + " is no such URL. " + setting.meaning());
            return null;
        }

        private @Nullable String redis(boolean required) {
            var text = text(Setting.REDIS_URL);
            if (text.isEmpty() && required) {
                problems.add(Setting.REDIS_URL.variable() + " is not set. " + Setting.REDIS_URL.meaning());
            }
            if (text.isEmpty()) {
                return null;
            }
            try {
                RedisUri.parse(text);
                return text;
            } catch (IllegalArgumentException e) {
                problems.add(Setting.REDIS_URL.variable() + " " + e.getMessage() + ". " + Setting.REDIS_URL.meaning());
                return null;
            }
        }

        private @Nullable TlsIdentity tls(String cert, String key) {
            if (cert.isEmpty() != key.isEmpty()) {
                problems.add("TIERGATE_TLS_CERT and TIERGATE_TLS_KEY belong together: set both or none");
            }
            if (cert.isEmpty() || key.isEmpty()) {
                return null;
            }
            try {
                return TlsIdentity.read(Path.of(cert), Path.of(key));
            } catch (IllegalArgumentException e) {
                problems.add("TIERGATE_TLS_CERT and TIERGATE_TLS_KEY: " + e.getMessage());
                return null;
            }
        }

        /** Used by whoever reads routes.yaml; said here, so that it stops the start. */
        private void checkTargets() {
            var text = text(Setting.UPSTREAM_ALLOW);
            if (!text.isEmpty()) {
                try {
                    AllowedTargets.parse(text);
                } catch (IllegalArgumentException e) {
                    problems.add(Setting.UPSTREAM_ALLOW.variable() + ": " + e.getMessage());
                }
            }
        }

        private boolean ioUring() {
            var text = text(Setting.IO_URING).toLowerCase(Locale.ROOT);
            if (text.equals("false")) {
                return false;
            }
            if (text.equals("true")) {
                WatchedTransport.withoutIoUring()
                        .ifPresent(why -> problems.add("TIERGATE_IO_URING is true, but there is no io_uring here: "
                                + why + ". Allow the process to use it, or set false"));
            } else {
                problems.add("TIERGATE_IO_URING is to be true or false, not '" + text + "'");
            }
            return true;
        }

        private String logLevel() {
            var level = text(Setting.LOG_LEVEL).toLowerCase(Locale.ROOT);
            if (!LOG_LEVELS.contains(level)) {
                problems.add("TIERGATE_LOG_LEVEL is to be trace, debug, info, warn or error, not '" + level + "'");
            }
            return level;
        }

        private Mode gatingCap() {
            var value = variable(Setting.GATING);
            if (value == null || value.equals("true")) {
                return Mode.ENFORCE;
            }
            if (value.equals("false")) {
                return Mode.OFF;
            }
            problems.add("FEATURE_GATING_V2_ENABLED is to be true or false, not '" + value + "'");
            return Mode.ENFORCE;
        }
    }
}
