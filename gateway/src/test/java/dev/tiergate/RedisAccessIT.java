package dev.tiergate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.Redis;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the gateway's user of Redis may do, and what not. Every test of a gateway runs as that user. */
class RedisAccessIT {

    @Test
    void the_page_for_operators_has_the_rules_that_the_tests_run_under() {
        var page = Docs.blocks(Docs.root().resolve("docs/operations.md"), "sh").stream()
                .map(block -> block.replaceAll("[\\\\'\\s]+", " "))
                .toList();
        assertThat(page).anyMatch(block -> block.contains(" " + String.join(" ", Redis.access()) + " "));
    }

    @Test
    void the_keys_are_the_gateways_and_no_category_of_commands_is_given_whole() {
        assertThat(Redis.access()).startsWith("~tg:*", "resetchannels", "&tg:*", "-@all");
        assertThat(Redis.access().subList(4, Redis.access().size()))
                .isSorted()
                .allMatch(rule -> rule.matches("\\+[a-z]+(\\|[a-z]+)?"));
    }

    static Stream<List<String>> refused() {
        return Stream.of(
                List.of("FLUSHALL"),
                List.of("FLUSHDB"),
                List.of("KEYS", "tg:*"),
                List.of("SCAN", "0"),
                List.of("CONFIG", "GET", "*"),
                List.of("CONFIG", "SET", "maxmemory", "1"),
                List.of("ACL", "LIST"),
                List.of("SCRIPT", "FLUSH"),
                List.of("SCRIPT", "KILL"),
                List.of("DEBUG", "SLEEP", "0"),
                List.of("SHUTDOWN"),
                List.of("MONITOR"),
                List.of("CLIENT", "LIST"),
                List.of("REPLICAOF", "127.0.0.1", "1"),
                List.of("MODULE", "LIST"),
                List.of("GET", "other"),
                List.of("SET", "other", "1"),
                List.of("DEL", "tg"),
                List.of("EVAL", "return redis.call('FLUSHALL')", "0"),
                List.of("EVAL", "return redis.call('GET', KEYS[1])", "1", "other"),
                List.of("EVAL", "return redis.call('GET', 'other')", "0"),
                List.of("PUBLISH", "other", "x"),
                List.of("SUBSCRIBE", "other"),
                List.of("PSUBSCRIBE", "*"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void what_the_gateway_does_not_need_is_refused(List<String> command) throws Exception {
        try (var redis = Redis.embedded();
                var gateway = RedisCommands.connect(redis.uri())) {
            assertThat(gateway.ask(command.toArray(String[]::new)))
                    .singleElement()
                    .asString()
                    .startsWith("-")
                    .containsAnyOf(
                            "NOPERM", "ACL failure", "can't run this command", "can't access at least one of the keys");
            assertThat(gateway.ask("SET", "tg:own", "1")).containsExactly("OK");
        }
    }
}
