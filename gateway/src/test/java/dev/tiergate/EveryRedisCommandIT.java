package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.RunNotes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Comes after all others, and looks at what they asked of the shared Redis: the rules of the gateway's user are as wide as
 * need be, and no wider. Runs only after all of them; by itself it fails.
 *
 * <p>A command that only other servers are asked (those of a cluster, say) gets its line in {@code redis-access.txt} of the
 * fixtures, its word on the page for operators, and stands among {@link #ELSEWHERE}.
 */
class EveryRedisCommandIT {

    /** Allowed, and not asked of the shared server: only a cluster, or a server that sentinels name, is. */
    private static final List<String> ELSEWHERE = List.of("asking", "cluster", "role", "select");

    /** Some parts of scripts are run on servers of a test's own only. */
    private static final Pattern IN_SCRIPT = Pattern.compile("redis\\.call\\('([A-Z]+)'");

    private static final Pattern USED = Pattern.compile("(?m)^cmdstat_([a-z]+)(?:\\|[a-z]+)?:calls=[1-9]");

    /** The end of the statistics and of what {@code ACL LOG} says, as Redis writes an empty list, and farewell. */
    private static final Pattern NOTHING_REFUSED = Pattern.compile("\\ncmdstat_.+\\n\\n\\*0\\n\\+OK\\n$");

    @Test
    void nothing_that_a_gateway_asked_was_refused_and_nothing_is_allowed_that_none_asked() throws IOException {
        var servers = RunNotes.all(Redis.NOTES).stream()
                .map(notes -> notes.replace("\r", ""))
                .toList();
        var used = servers.stream()
                .flatMap(notes -> USED.matcher(notes).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        used.addAll(inScripts());
        Files.write(Path.of("target", "redis-commands.txt"), used);

        assertThat(servers)
                .as("each server's commands, and an empty list of refusals")
                .allMatch(notes -> NOTHING_REFUSED.matcher(notes).find());
        assertThat(used)
                .containsAll(Redis.access().stream()
                        .filter(rule -> rule.startsWith("+"))
                        .map(rule -> rule.substring(1).split("\\|")[0])
                        .filter(command -> !ELSEWHERE.contains(command))
                        .toList());
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
