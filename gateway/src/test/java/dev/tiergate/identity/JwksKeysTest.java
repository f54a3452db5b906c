package dev.tiergate.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.fixtures.TokenMint;
import dev.tiergate.routes.AuthConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The life of a JWKS against a clock, an alarm and a server that do as they are told. */
class JwksKeysTest {

    private static final TokenMint A = TokenMint.es256("a");
    private static final TokenMint B = TokenMint.es256("b");
    private static final AuthConfig AUTH = Auth.jwks("ES256");
    private static final JwksPace PACE = JwksPace.DEFAULT;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Deque<Promise<Buffer>> fetches = new ArrayDeque<>();
    private final List<Duration> delays = new ArrayList<>();
    private Instant now = Claims.NOW;
    private Runnable wake = () -> {};
    private int started;

    private final JwksKeys keys = JwksKeys.open(
            AUTH, meters, new JwksKeys.World(this::fetch, Runnable::run, () -> now, this::setAlarm, () -> 0.5, PACE));
    private final Door door = new Door(AUTH, keys);

    private Future<Buffer> fetch() {
        started++;
        Promise<Buffer> answer = Promise.promise();
        fetches.add(answer);
        return answer.future();
    }

    private Runnable setAlarm(Duration delay, Runnable task) {
        delays.add(delay);
        wake = task;
        return () -> wake = () -> {};
    }

    private void serve(TokenMint... mints) {
        serve(TokenMint.jwks(mints));
    }

    private void serve(String json) {
        fetches.remove().complete(Buffer.buffer(json));
    }

    private void fail() {
        fetches.remove().fail(new JwksUnavailable("it answered 500"));
    }

    private Duration lastDelay() {
        return delays.get(delays.size() - 1);
    }

    private String token(TokenMint mint) {
        var claims = Claims.with("iat", now.getEpochSecond());
        claims.put("exp", now.getEpochSecond() + 3_600);
        return mint.token(claims);
    }

    @Test
    void keys_are_loaded_at_once_and_again_every_ten_minutes() {
        assertThat(started).isEqualTo(1);
        serve(A);
        assertThat(keys.notReady()).isEmpty();
        assertThat(lastDelay()).isEqualTo(Duration.ofMinutes(10));
        wake.run();
        assertThat(started).isEqualTo(2);
    }

    @Test
    void case_64_a_new_key_is_found_within_the_cool_down_and_an_old_one_serves_until_it_is_removed() {
        serve(A);
        now = now.plusSeconds(30);
        var answer = ask(token(B));
        assertThat(answer.isComplete()).isFalse();
        serve(A, B);
        assertThat(Door.caller(answer.result()).store()).isEqualTo("7");
        String old = token(A);
        door.admits(old, now);
        wake.run();
        serve(B);
        door.refuses(old, TokenFlaw.KEY_UNKNOWN, now);
    }

    private Future<Identified> ask(String token) {
        var headers = MultiMap.caseInsensitiveMultiMap().add("Authorization", "Bearer " + token);
        return new Authenticator(AUTH, keys, Runnable::run, meters).authenticate(headers, now);
    }

    @Test
    void case_65_ten_thousand_unknown_names_start_one_load_in_a_cool_down() {
        serve(A);
        String rest = "." + Forge.base64url(Forge.json(Claims.good()).getBytes(UTF_8)) + ".AAAA";
        for (int i = 0; i < 10_000; i++) {
            now = Claims.NOW.plusMillis(30_000 + i);
            String header = "{\"alg\":\"ES256\",\"kid\":\"k" + i + "\"}";
            Future<Identified> answer = ask(Forge.base64url(header.getBytes(UTF_8)) + rest);
            if (!fetches.isEmpty()) {
                serve(A);
            }
            Door.assertRefused(answer.result(), TokenFlaw.KEY_UNKNOWN);
        }
        assertThat(started).isEqualTo(2);
    }

    @Test
    void case_65_the_cool_down_ends_after_thirty_seconds() {
        serve(A);
        now = Claims.NOW.plusMillis(29_999);
        door.refuses(token(B), TokenFlaw.KEY_UNKNOWN, now);
        assertThat(started).isEqualTo(1);
        now = Claims.NOW.plusMillis(30_000);
        assertThat(ask(token(B)).isComplete()).isFalse();
        assertThat(started).isEqualTo(2);
    }

    @Test
    void case_65_a_clock_set_back_does_not_lengthen_the_cool_down() {
        serve(A);
        now = Claims.NOW.minusSeconds(600);
        assertThat(keys.lookAgain()).isPresent();
    }

    @Test
    void case_66_away_at_the_start_means_not_ready_and_ever_longer_waits() {
        fail();
        assertThat(keys.notReady()).contains("no keys from id.example.com/jwks: it answered 500");
        assertThat(door.ask(token(A), now)).isEqualTo(new Identified.KeysMissing(TokenFlaw.NO_KEYS.refuse()));
        for (int i = 0; i < 8; i++) {
            wake.run();
            fail();
        }
        assertThat(delays.stream().map(Duration::toSeconds)).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
        wake.run();
        serve(A);
        assertThat(keys.notReady()).isEmpty();
        assertThat(lastDelay()).isEqualTo(PACE.refresh());
        door.admits(token(A), now);
    }

    @Test
    void case_67_away_later_keeps_the_keys_to_their_greatest_age() {
        serve(A);
        wake.run();
        now = Claims.NOW.plus(PACE.maxAge()).minusMillis(1);
        fail();
        String token = token(A);
        door.admits(token, now);
        assertThat(keys.notReady()).isEmpty();
        assertThat(meters.get("tiergate_jwks_age").gauge().value()).isEqualTo(86_399.999);
        now = now.plusMillis(1);
        assertThat(door.ask(token, now)).isEqualTo(new Identified.KeysMissing(TokenFlaw.NO_KEYS.refuse()));
        assertThat(keys.notReady()).contains("keys too old from id.example.com/jwks: it answered 500");
        wake.run();
        serve(A);
        door.admits(token, now);
        assertThat(meters.get("tiergate_jwks_age").gauge().value()).isZero();
    }

    @Test
    void case_68_an_answer_that_is_no_key_set_changes_nothing() {
        serve(A);
        for (String answer : List.of(
                "<!doctype html>", "", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[]} {}", "{\"keys\":[],\"keys\":[]}")) {
            wake.run();
            serve(answer);
            door.admits(token(A), now);
        }
        assertThat(meters.counter("tiergate_jwks_loads", "source", "id.example.com/jwks", "outcome", "failed")
                        .count())
                .isEqualTo(7);
    }

    @Test
    void case_69_one_good_key_and_broken_ones() {
        String broken =
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"x\",\"x\":\"AA\",\"y\":\"AA\"},7,{\"kty\":\"OKP\"},{}";
        serve("{\"keys\":[" + broken + "," + Forge.json(A.jwk()) + "]}");
        assertThat(keys.notReady()).isEmpty();
        assertThat(keys.current().size()).isEqualTo(1);
        door.admits(token(A), now);
    }

    @Test
    void case_70_a_set_that_becomes_empty_keeps_the_old_keys() {
        serve(A);
        wake.run();
        serve("{\"keys\":[]}");
        door.admits(token(A), now);
        door.refuses(TokenMint.unsigned("{\"alg\":\"none\"}", "{}") + "AA", TokenFlaw.ALGORITHM, now);
        assertThat(lastDelay()).isEqualTo(PACE.firstRetry());
    }

    @Test
    void case_71_a_hundred_misses_at_once_are_one_load() {
        serve(A);
        now = now.plusSeconds(31);
        List<Future<Identified>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(ask(token(B)));
        }
        assertThat(started).isEqualTo(2);
        serve(A, B);
        assertThat(answers).allSatisfy(answer -> Door.caller(answer.result()));
    }

    @Test
    void only_so_many_requests_wait_for_keys() {
        serve(A);
        now = now.plusSeconds(31);
        var authenticator = new Authenticator(AUTH, keys, Runnable::run, meters);
        var headers = MultiMap.caseInsensitiveMultiMap().add("Authorization", "Bearer " + token(B));
        List<Future<Identified>> answers = new ArrayList<>();
        for (int i = 0; i < 257; i++) {
            answers.add(authenticator.authenticate(headers, now));
        }
        assertThat(answers.stream().filter(Future::isComplete)).hasSize(1);
        serve(A, B);
        assertThat(answers.stream().filter(answer -> answer.result() instanceof Identified.Known))
                .hasSize(256);
    }

    @Test
    void keys_that_did_not_change_leave_what_was_verified_remembered() {
        serve(A);
        String token = token(A);
        door.admits(token, now);
        wake.run();
        serve(A);
        door.admits(token, now);
        assertThat(door.counted("verified")).isEqualTo(1);
        wake.run();
        serve(A, B);
        door.admits(token, now);
        assertThat(door.counted("verified")).isEqualTo(2);
    }

    @Test
    void a_fault_in_a_load_does_not_end_loading() {
        var broken = JwksKeys.open(
                AUTH,
                new SimpleMeterRegistry(),
                new JwksKeys.World(
                        () -> {
                            throw new IllegalStateException("cannot");
                        },
                        Runnable::run,
                        () -> now,
                        this::setAlarm,
                        () -> 0.5,
                        PACE));
        assertThat(broken.notReady()).isPresent();
        assertThat(lastDelay()).isEqualTo(PACE.firstRetry());
        assertThat(broken.lookAgain()).isEmpty();
    }

    @Test
    void closing_ends_the_loads() {
        serve(A);
        keys.close();
        wake.run();
        now = now.plusSeconds(31);
        assertThat(keys.lookAgain()).isEmpty();
        assertThat(started).isEqualTo(1);
        assertThat(meters.find("tiergate_jwks_age").gauge()).isNull();
        door.admits(token(A), now);
    }

    @Test
    void delays_are_scattered_by_a_tenth() {
        assertThat(PACE.next(0, 0)).isEqualTo(Duration.ofMinutes(9));
        assertThat(PACE.next(0, 1)).isEqualTo(Duration.ofMinutes(11));
        assertThat(PACE.next(1_000, 0.5)).isEqualTo(Duration.ofMinutes(1));
    }
}
