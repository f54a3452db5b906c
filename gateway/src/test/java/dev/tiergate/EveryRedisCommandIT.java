package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Comes after all others, and looks at what they asked of the shared Redis: the rules of the gateway's user are as wide as
 * need be, and no wider. In a run of one test it is not among those chosen; by itself it fails.
 *
 * <p>A command that only other servers are asked (those of a cluster, say) gets its line in {@code redis-access.txt} of the
 * fixtures, its word on the page for operators, and stands among {@link #ELSEWHERE}.
 */
@Order(Integer.MAX_VALUE)
class EveryRedisCommandIT {

    /** Allowed, and not asked of the shared server: only a cluster, or a server that sentinels name, is. */
    private static final List<String> ELSEWHERE = List.of("asking", "cluster", "role", "select");

    /** Some parts of scripts are run on servers of a test's own only. */
    private static final Pattern IN_SCRIPT = Pattern.compile("redis\\.call\\('([A-Z]+)'");

    private static final Pattern USED = Pattern.compile("(?m)^cmdstat_([a-z]+)(?:\\|[a-z]+)?:calls=[1-9]");

    @Test
    void nothing_that_a_gateway_asked_was_refused_and_nothing_is_allowed_that_none_asked() throws Exception {
        try (var redis = RedisCommands.connect()) {
            var stats = String.join("\n", redis.ask("INFO", "commandstats"));
            var used = USED.matcher(stats.replace("\r", ""))
                    .results()
                    .map(found -> found.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
            used.addAll(inScripts());
            Files.write(Path.of("target", "redis-commands.txt"), used);

            assertThat(redis.ask("ACL", "LOG")).as("refused, newest first").isEmpty();
            assertThat(used)
                    .containsAll(Redis.access().stream()
                            .filter(rule -> rule.startsWith("+"))
                            .map(rule -> rule.substring(1).split("\\|")[0])
                            .filter(command -> !ELSEWHERE.contains(command))
                            .toList());
        }
    }

    private static Set<String> inScripts() throws IOException {
        try (var scripts = Files.list(Docs.root().resolve("gateway/src/main/resources/lua"))) {
            return scripts.flatMap(
                            script -> IN_SCRIPT.matcher(Docs.read(script)).results())
                    .map(found -> found.group(1).toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet());
        }
    }
}
