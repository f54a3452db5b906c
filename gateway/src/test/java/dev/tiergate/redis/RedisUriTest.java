package dev.tiergate.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.redis.RedisUri.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisUriTest {

    @Test
    void one_server() {
        var uri = RedisUri.parse("rediss://app:p%40ss+word@redis.example:7000/3");

        assertThat(uri.kind()).isEqualTo(Kind.STANDALONE);
        assertThat(uri.tls()).isTrue();
        assertThat(uri.login()).isEqualTo(new RedisUri.Login("app", "p@ss+word"));
        assertThat(uri.servers()).containsExactly(new RedisServer("redis.example", 7000));
        assertThat(uri.database()).isEqualTo(3);
    }

    @Test
    void what_is_left_out_has_its_default() {
        var uri = RedisUri.parse("redis://localhost");

        assertThat(uri.tls()).isFalse();
        assertThat(uri.login()).isNull();
        assertThat(uri.servers()).containsExactly(new RedisServer("localhost", 6379));
        assertThat(uri.database()).isZero();
        assertThat(RedisUri.parse("redis://:secret@localhost/").login()).isEqualTo(new RedisUri.Login(null, "secret"));
    }

    @Test
    void sentinels_and_their_master() {
        var uri = RedisUri.parse("redis-sentinel://app:secret@a,b:1,[::1]:2/5?master=counters&sentinel-password=x%26y");

        assertThat(uri.kind()).isEqualTo(Kind.SENTINEL);
        assertThat(uri.servers())
                .containsExactly(new RedisServer("a", 26379), new RedisServer("b", 1), new RedisServer("::1", 2));
        assertThat(uri.master()).isEqualTo("counters");
        assertThat(uri.database()).isEqualTo(5);
        assertThat(uri.login()).isEqualTo(new RedisUri.Login("app", "secret"));
        assertThat(uri.sentinelLogin()).isEqualTo(new RedisUri.Login(null, "x&y"));
    }

    @Test
    void a_cluster() {
        var uri = RedisUri.parse("rediss-cluster://a:7000,b");

        assertThat(uri.kind()).isEqualTo(Kind.CLUSTER);
        assertThat(uri.tls()).isTrue();
        assertThat(uri.servers()).containsExactly(new RedisServer("a", 7000), new RedisServer("b", 6379));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://localhost | is no such URL",
                "redis://localhost#0 | is no such URL",
                "redis+cluster://localhost | is no such URL",
                "redis:// | is no such URL",
                "redis://u:hidden@a,b | names several servers",
                "redis://hidden@a | has a user without a password",
                "redis://u:hid%zzden@a | has a % that",
                "redis://a:0 | has a port",
                "redis://a:65536 | has a port",
                "redis://a:b | has an address",
                "redis://a/x | has a database that is no number",
                "redis://a?db=1 | has an unknown parameter",
                "redis://a?master=m | takes no parameters",
                "redis-sentinel://a | add ?master=NAME",
                "redis-sentinel://a?master= | add ?master=NAME",
                "redis-sentinel://a?master=m&master=n | twice",
                "redis-sentinel://a?master=m&sentinel-user=u | without a sentinel-password",
                "redis-sentinel://a,?master=m | has an address",
                "redis-cluster://a/1 | a cluster has only 0",
            })
    void what_is_wrong_is_said_without_secrets(String text, String message) {
        assertThatThrownBy(() -> RedisUri.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("hid");
    }

    @Test
    void the_longest_port_fits() {
        assertThat(RedisUri.parse("redis://a:65535").servers()).containsExactly(new RedisServer("a", 65_535));
    }

    @Test
    void it_prints_no_secret() {
        var uri = RedisUri.parse("redis-sentinel://u:hidden@a?master=m&sentinel-password=hidden");

        assertThat(uri.toString() + uri.login() + uri.sentinelLogin()).doesNotContain("hidden");
    }
}
