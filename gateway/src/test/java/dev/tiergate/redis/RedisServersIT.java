package dev.tiergate.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiergate.Eventually;
import dev.tiergate.fixtures.Redis;
import dev.tiergate.fixtures.RedisCluster;
import dev.tiergate.fixtures.RedisForm;
import dev.tiergate.fixtures.RedisSentinels;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Single commands and messages, in each form that Redis comes in. */
class RedisServersIT {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /** The masters are asked after each second. */
    private static final Duration LOOKS = Duration.ofMillis(2_500);

    private static Vertx vertx;
    private static Context context;
    private static RedisCluster cluster;
    private static RedisSentinels sentinels;

    @BeforeAll
    static void open() {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        context = vertx.getOrCreateContext();
        cluster = RedisCluster.shared();
        sentinels = RedisSentinels.shared();
    }

    @AfterAll
    static void close() {
        await(vertx.close());
    }

    @ParameterizedTest
    @EnumSource
    void each_command_finds_the_master_of_its_key(RedisForm form) {
        var servers = open(form);
        for (int i = 0; i < 50; i++) {
            var key = "{servers-" + i + "}:key";
            on(() -> servers.send(key, Request.cmd(Command.SET).arg(key).arg("value of " + key), DEADLINE));
        }
        for (int i = 0; i < 50; i++) {
            var key = "{servers-" + i + "}:key";
            assertThat(get(servers, key)).hasValue("value of " + key);
        }
        assertThat(get(servers, "servers-none")).isEmpty();
        on(servers::close);
    }

    @ParameterizedTest
    @EnumSource
    void what_is_published_on_any_server_is_heard(RedisForm form) {
        var heard = new ConcurrentLinkedQueue<String>();
        var feed = new RedisFeed(
                vertx, context, form::operatorUri, (channel, text) -> heard.add(channel + text), () -> {});
        on(() -> feed.subscribe("news-of-" + form));
        var servers = open(form);
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            var text = " " + i;
            // any key: all servers pass it on
            on(() -> servers.send(
                    "key" + text,
                    Request.cmd(Command.PUBLISH).arg("news-of-" + form).arg(text),
                    DEADLINE));
            sent.add("news-of-" + form + text);
        }
        Eventually.so("all is heard", () -> heard.size() == sent.size());
        assertThat(heard).containsExactlyInAnyOrderElementsOf(sent);
        on(servers::close);
        on(feed::close);
    }

    @Test
    void a_slot_that_moved_is_found() {
        var servers = open(RedisForm.CLUSTER);
        var key = "{moved}:key";
        int slot = Slots.of(key);
        int home = RedisCluster.home(slot);
        int other = (home + 1) % RedisCluster.MASTERS;
        on(() -> servers.send(key, Request.cmd(Command.SET).arg(key).arg("here"), DEADLINE));
        cluster.move(slot, home, other);
        assertThat(get(servers, key)).hasValue("here");
        cluster.move(slot, other, home);
        assertThat(get(servers, key)).hasValue("here");
        on(servers::close);
    }

    @Test
    void a_server_that_left_the_cluster_is_not_believed() {
        try (var stranger = RedisCluster.stranger()) {
            var uri = cluster.uri().replace("://", "://127.0.0.1:" + stranger.port() + ",");
            for (int i = 0; i < 10; i++) {
                var servers = on(() -> Future.succeededFuture(RedisServers.open(vertx, () -> uri, 100)));
                var key = "{stranger-" + i + "}:key";
                on(() -> servers.send(key, Request.cmd(Command.SET).arg(key).arg("here"), DEADLINE));
                assertThat(get(servers, key)).hasValue("here");
                on(servers::close);
            }
        }
    }

    /** One of four is asked first, so of ten nearly always one meets it. */
    @Test
    void a_server_that_was_cut_off_is_left_for_those_that_others_name() {
        try (var alone = RedisCluster.cutOff()) {
            var uri = cluster.uri().replace("://", "://127.0.0.1:" + alone.port() + ",");
            var key = "{alone}:key"; // of the first third of the slots
            var set = Request.cmd(Command.SET).arg(key).arg("here");
            List<RedisServers> all = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                all.add(on(() -> Future.succeededFuture(RedisServers.open(vertx, () -> uri, 100))));
            }
            for (var servers : all) {
                Eventually.so(
                        "the cluster has it",
                        () -> on(
                                () -> servers.send(key, set, DEADLINE).map(true).otherwise(false)));
            }
            long looks = System.nanoTime() + LOOKS.toNanos();
            while (System.nanoTime() - looks < 0) {
                all.forEach(servers -> on(() -> servers.send(key, set, DEADLINE)));
            }
            all.forEach(servers -> on(servers::close));
        }
    }

    @Test
    void another_url_is_followed_to_another_form_too() {
        var uri = new AtomicReference<>(RedisForm.SENTINEL.operatorUri());
        var servers = on(() -> Future.succeededFuture(RedisServers.open(vertx, uri::get, 100)));
        var key = "{followed}:key";
        on(() -> servers.send(key, Request.cmd(Command.SET).arg(key).arg("sentinel"), DEADLINE));
        for (var next : List.of(RedisForm.CLUSTER, RedisForm.STANDALONE)) {
            var there = open(next);
            on(() -> there.send(key, Request.cmd(Command.SET).arg(key).arg(next.name()), DEADLINE));
            on(there::close);
            uri.set(next.operatorUri());
            // what is on its way when a server is left is lost
            Eventually.so(
                    "it is there",
                    () -> on(() -> servers.send(key, Request.cmd(Command.GET).arg(key), DEADLINE)
                            .map(reply -> reply.map(Response::toString).equals(Optional.of(next.name())))
                            .otherwise(false)));
        }
        on(servers::close);
    }

    @Test
    void one_failing_command_does_not_fail_its_neighbours() {
        var uri = RedisUri.parse(Redis.shared().operatorUri());
        var net = vertx.createNetClient(new NetClientOptions());
        var pipe = on(() -> RedisPipe.connect(vertx, net, uri.servers().get(0), uri));
        List<String> answers = new ArrayList<>();
        on(() -> {
            pipe.send(
                    List.of(
                            Request.cmd(Command.SET).arg("pipe-it").arg("1"),
                            Request.cmd(Command.LPUSH).arg("pipe-it").arg("x"),
                            Request.cmd(Command.EVALSHA).arg("0".repeat(40)).arg(0),
                            Request.cmd(Command.INCR).arg("pipe-it")),
                    (index, reply) -> answers.add(index + " " + reply));
            return pipe.ask(List.of(Request.cmd(Command.GET).arg("pipe-it")), 10_000);
        });
        assertThat(answers).hasSize(4);
        assertThat(answers.get(0)).isEqualTo("0 OK");
        assertThat(answers.get(1)).startsWith("1 WRONGTYPE");
        assertThat(answers.get(2)).startsWith("2 NOSCRIPT");
        assertThat(answers.get(3)).isEqualTo("3 2");
        on(pipe::close);
        on(net::close);
    }

    @Test
    void a_sentinels_replica_is_not_entered() {
        var uri = RedisUri.parse(sentinels.uri());
        var net = vertx.createNetClient(new NetClientOptions());
        var replica = new RedisServer("127.0.0.1", sentinels.second().port());
        assertThatThrownBy(() -> on(() -> RedisPipe.connect(vertx, net, replica, uri)))
                .hasMessageContaining("the server is no master");
        on(net::close);
    }

    private static RedisServers open(RedisForm form) {
        return on(() -> Future.succeededFuture(RedisServers.open(vertx, form::operatorUri, 100)));
    }

    private static Optional<String> get(RedisServers servers, String key) {
        return on(() -> servers.send(key, Request.cmd(Command.GET).arg(key), DEADLINE))
                .map(Response::toString);
    }

    private static <T> T on(Supplier<Future<T>> task) {
        return await(Future.<T>future(
                promise -> context.runOnContext(now -> task.get().onComplete(promise))));
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
