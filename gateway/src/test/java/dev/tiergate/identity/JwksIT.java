package dev.tiergate.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.fixtures.RawBackend;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.fixtures.TokenMint;
import dev.tiergate.routes.AuthConfig;
import dev.tiergate.routes.Cidr;
import dev.tiergate.routes.TargetRule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Loading a JWKS over real sockets. */
class JwksIT {

    private static final TokenMint A = TokenMint.es256("a");
    private static final TokenMint B = TokenMint.es256("b");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofMillis(300);
    private static final TargetRule TARGETS = new TargetRule(List.of());

    private static Vertx vertx;

    private final RecordingBackend server = RecordingBackend.start();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() throws Exception {
        await(vertx.close());
    }

    @AfterEach
    void closeServer() {
        server.close();
    }

    private static <T> T await(Future<T> future) throws ExecutionException, InterruptedException, TimeoutException {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Future<Buffer> fetch(String uri, Duration timeout) {
        var fetch = new JwksFetch(vertx, URI.create(uri), timeout, TARGETS);
        Promise<Buffer> answer = Promise.promise();
        vertx.getOrCreateContext().runOnContext(now -> fetch.fetch().onComplete(answer));
        return answer.future();
    }

    private static void fails(String uri, Duration timeout, String why) {
        assertThatThrownBy(() -> await(fetch(uri, timeout)))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(JwksUnavailable.class)
                .cause()
                .hasMessageContaining(why);
    }

    private String uri() {
        return server.uri() + "/jwks";
    }

    @Test
    void a_key_set_is_fetched_plainly() throws Exception {
        server.respondWith(200, Map.of("Content-Type", "application/jwk-set+json"), A.jwks());
        assertThat(await(fetch(uri(), PATIENCE)).toString()).isEqualTo(A.jwks());
        var request = server.last();
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.target()).isEqualTo("/jwks");
        assertThat(request.header("Accept-Encoding")).contains("identity");
        assertThat(request.header("Authorization")).isEmpty();
    }

    @Test
    void case_68_other_statuses() {
        for (int status : new int[] {500, 404, 204, 304}) {
            server.respondWith(status, Map.of(), "");
            fails(uri(), PATIENCE, "it answered " + status);
        }
    }

    @Test
    void case_68_redirects_are_not_followed() {
        for (String target :
                new String[] {"http://169.254.169.254/latest", "file:///etc/passwd", server.uri() + "/other"}) {
            server.reset();
            server.respondWith(302, Map.of("Location", target), "");
            fails(uri(), PATIENCE, "it answered 302");
            assertThat(server.count()).isEqualTo(1);
        }
    }

    @Test
    void case_68_a_server_that_is_silent() {
        try (RawBackend silent = RawBackend.silent()) {
            fails(silent.uri() + "/jwks", TIMEOUT, "it did not answer within 300 ms");
        }
    }

    @Test
    void case_68_a_server_that_drips() {
        try (RawBackend dripping = RawBackend.start(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{");
            connection.awaitClose();
        })) {
            fails(dripping.uri() + "/jwks", TIMEOUT, "it did not answer within 300 ms");
        }
    }

    @Test
    void case_68_a_server_that_breaks_off() {
        try (RawBackend breaking = RawBackend.start(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{");
            connection.reset();
        })) {
            fails(breaking.uri() + "/jwks", PATIENCE, "it cannot be reached");
        }
    }

    @Test
    void case_68_answers_at_the_bound_and_one_byte_over() throws Exception {
        String head = A.jwks();
        String longest = head + " ".repeat(JwksFetch.MAX_BYTES - head.length());
        server.respondWith(200, Map.of(), longest);
        assertThat(await(fetch(uri(), PATIENCE)).length()).isEqualTo(JwksFetch.MAX_BYTES);
        server.respondWith(200, Map.of(), longest + " ");
        fails(uri(), PATIENCE, "its answer is longer than 262144 bytes");
    }

    @Test
    void case_68_fifty_mebibytes_are_cut_off() {
        byte[] mebibyte = new byte[1 << 20];
        try (RawBackend endless = RawBackend.start(connection -> {
            connection.readRequest();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + (50 << 20) + "\r\n\r\n");
            try {
                for (int i = 0; i < 50; i++) {
                    connection.send(mebibyte);
                }
            } catch (IOException cutOff) {
                assertThat(cutOff).isNotNull();
            }
        })) {
            fails(endless.uri() + "/jwks", PATIENCE, "longer than 262144 bytes");
        }
    }

    @Test
    void case_68_a_compressed_answer_is_not_unpacked() throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(new byte[10 << 20]);
        }
        byte[] head = ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + packed.size() + "\r\n\r\n")
                .getBytes(UTF_8);
        try (RawBackend bomb = RawBackend.start(connection -> {
            connection.readRequest();
            connection.send(head);
            connection.send(packed.toByteArray());
        })) {
            fails(bomb.uri() + "/jwks", PATIENCE, "its answer is compressed");
        }
    }

    @Test
    void case_68_forbidden_hosts_and_other_schemes_are_refused_at_once() {
        for (String host : List.of("169.254.169.254", "[fe80::1]", "metadata.google.internal")) {
            AuthConfig auth = Auth.jwksAt("http://" + host + "/jwks", "ES256");
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            KeySource.open(vertx, auth, InstantSource.system(), new SimpleMeterRegistry(), TARGETS))
                    .withMessage("auth.jwt.jwks names a link-local or metadata address");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> fetch("file:///etc/passwd", PATIENCE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fetch("http://user:pass@localhost/jwks", PATIENCE))
                .withMessageNotContaining("pass@");
    }

    @Test
    void case_68_a_name_that_resolves_to_a_forbidden_address_gets_no_request() {
        var fetch = new JwksFetch(
                vertx,
                URI.create("http://localhost:" + server.port() + "/"),
                PATIENCE,
                new TargetRule(List.of(new Cidr("127.0.0.1"), new Cidr("::1")), List.of()));
        assertThatThrownBy(() -> await(fetch.fetch())).cause().hasMessageContaining("link-local or metadata");
        assertThat(server.arrived()).isZero();
    }

    @Test
    void case_66_a_server_that_is_not_there() {
        server.close();
        fails(uri(), PATIENCE, "it cannot be reached");
    }

    @Test
    void case_64_keys_rotate_and_case_19_no_token_makes_a_connection() throws Exception {
        server.respondWith(200, Map.of(), A.jwks());
        AuthConfig auth = Auth.jwksAt(uri(), "ES256");
        var now = new AtomicReference<>(Claims.NOW);
        InstantSource clock = now::get;
        try (KeySource keys = KeySource.open(vertx, auth, clock, new SimpleMeterRegistry(), TARGETS)) {
            await(keys.lookAgain().orElseThrow());
            assertThat(keys.notReady()).isEmpty();
            Context loop = vertx.getOrCreateContext();
            var authenticator = new Authenticator(auth, keys, loop, new SimpleMeterRegistry());

            try (RecordingBackend attacker = RecordingBackend.start()) {
                String token = A.token(Map.of("jku", attacker.uri(), "x5u", attacker.uri()), Claims.good());
                Door.caller(await(ask(loop, authenticator, token, now)));
                assertThat(attacker.arrived()).isZero();
            }
            server.respondWith(200, Map.of(), TokenMint.jwks(A, B));
            Door.assertRefused(await(ask(loop, authenticator, B.token(Claims.good()), now)), TokenFlaw.KEY_UNKNOWN);
            now.set(Claims.NOW.plusSeconds(30));
            Door.caller(await(ask(loop, authenticator, B.token(Claims.good()), now)));
            Door.caller(await(ask(loop, authenticator, A.token(Claims.good()), now)));
            assertThat(server.count()).isEqualTo(2);
        }
    }

    @Test
    void case_71_a_hundred_misses_on_four_loops_are_one_fetch() throws Exception {
        server.respondWith(200, Map.of(), A.jwks());
        AuthConfig auth = Auth.jwksAt(uri(), "ES256");
        var now = new AtomicReference<>(Claims.NOW);
        try (KeySource keys = KeySource.open(vertx, auth, now::get, new SimpleMeterRegistry(), TARGETS)) {
            await(keys.lookAgain().orElseThrow());
            now.set(Claims.NOW.plusSeconds(31));
            server.respondWith(200, Map.of(), TokenMint.jwks(A, B));
            String token = B.token(Claims.good());
            var answers = new ArrayList<Future<Identified>>();
            for (Context context : loops(4)) {
                var authenticator = new Authenticator(auth, keys, context, new SimpleMeterRegistry());
                for (int i = 0; i < 25; i++) {
                    answers.add(ask(context, authenticator, token, now));
                }
            }
            for (Future<Identified> answer : answers) {
                Door.caller(await(answer));
            }
            assertThat(server.count()).isEqualTo(2);
        }
    }

    private static List<Context> loops(int count) throws Exception {
        List<Context> contexts = Collections.synchronizedList(new ArrayList<>());
        await(vertx.deployVerticle(
                () -> new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        contexts.add(context);
                        return Future.succeededFuture();
                    }
                },
                new DeploymentOptions().setInstances(count)));
        return contexts;
    }

    private static Future<Identified> ask(
            Context loop, Authenticator authenticator, String token, AtomicReference<Instant> now) {
        var headers = MultiMap.caseInsensitiveMultiMap().add("Authorization", "Bearer " + token);
        Promise<Identified> answer = Promise.promise();
        loop.runOnContext(go -> authenticator.authenticate(headers, now.get()).onComplete(answer));
        return answer.future();
    }
}
