package dev.tiergate.dist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.Docs;
import dev.tiergate.Eventually;
import dev.tiergate.RunningGateway;
import dev.tiergate.fixtures.RecordingBackend;
import dev.tiergate.fixtures.RecordingBackend.Received;
import dev.tiergate.plugins.PluginCatalogue;
import dev.tiergate.routes.LoadResult;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The example of the page on events, with the shipped webhook, and a receiver that does what the page tells it to. */
class WebhookIT {

    private static final Path PAGE = Docs.root().resolve("docs/webhooks.md");
    private static final String KEY = key(1);
    private static final String NEXT = key(2);

    @TempDir
    static Path folder;

    private static RecordingBackend receiver;
    private static RunningGateway gateway;

    private static String key(int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return "whsec_" + Base64.getEncoder().encodeToString(bytes);
    }

    @BeforeAll
    static void start() throws Exception {
        receiver = RecordingBackend.start();
        writeKey(KEY);
        gateway = RunningGateway.start(
                Docs.blocks(PAGE, "yaml").get(0),
                Map.of(
                        "CRM_URL",
                        receiver.uri() + "/hooks",
                        "CRM_KEY_FILE",
                        keyFile().toString(),
                        "CRM_NEXT_KEY",
                        NEXT),
                List.of());
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.close();
        receiver.close();
    }

    @BeforeEach
    void forget() {
        receiver.reset();
    }

    private static Path keyFile() {
        return folder.resolve("key");
    }

    private static void writeKey(String key) throws Exception {
        var next = Files.writeString(folder.resolve("next"), key);
        Files.move(next, keyFile(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** What a store is refused becomes an event; the request that brings it. */
    private static Received refusedAnalytics(String store) {
        gateway.store(store, "essential");
        assertThat(gateway.get(store, "/api/analytics").status()).isEqualTo(403);
        Eventually.so("the event arrives", () -> received(store).size() == 1);
        return received(store).get(0);
    }

    private static List<Received> received(String store) {
        return receiver.requests().stream()
                .filter(request ->
                        new JsonObject(request.text()).getString("subject").equals(store))
                .toList();
    }

    /** The steps of the page's recipe. */
    private static boolean verifies(Received request, String key) throws GeneralSecurityException {
        var signed = new ByteArrayOutputStream();
        signed.writeBytes((request.header("webhook-id").orElseThrow() + "."
                        + request.header("webhook-timestamp").orElseThrow() + ".")
                .getBytes(UTF_8));
        signed.writeBytes(request.body());
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(key.substring("whsec_".length())), "HmacSHA256"));
        var good = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.toByteArray()));
        return List.of(request.header("webhook-signature").orElseThrow().split(" "))
                .contains(good);
    }

    @Test
    void the_example_posts_the_event_that_the_page_shows() {
        var request = refusedAnalytics("42");
        assertThat(request.header("content-type")).contains("application/cloudevents+json; charset=UTF-8");
        var event = new JsonObject(request.text());
        var shown = new JsonObject(Docs.blocks(PAGE, "json").get(0));
        assertThat(event.getString("id"))
                .matches("[0-9a-f]{32}")
                .isEqualTo(request.header("webhook-id").orElseThrow());
        assertThat(Instant.parse(event.getString("time"))).isBefore(Instant.now());
        assertThat(event.put("id", shown.getString("id")).put("time", shown.getString("time")))
                .isEqualTo(shown);
    }

    @Test
    void what_arrives_verifies_under_its_key_and_no_other() throws Exception {
        var request = refusedAnalytics("signed");
        assertThat(verifies(request, KEY)).isTrue();
        assertThat(verifies(request, NEXT)).isFalse();
        var seconds = Long.parseLong(request.header("webhook-timestamp").orElseThrow());
        assertThat(Instant.ofEpochSecond(seconds)).isBetween(Instant.now().minusSeconds(60), Instant.now());
    }

    @Test
    void an_event_that_is_sent_again_keeps_its_id_and_is_signed_anew() throws Exception {
        receiver.respondWith(503, Map.of(), "not now");
        gateway.store("again", "essential");
        assertThat(gateway.get("again", "/api/analytics").status()).isEqualTo(403);
        Eventually.so("an attempt failed", () -> received("again").size() == 1);
        receiver.respondWith(204, Map.of(), "");
        Eventually.so("it comes again", () -> received("again").size() == 2);
        var both = received("again");
        assertThat(both.get(1).text()).isEqualTo(both.get(0).text());
        assertThat(both.get(1).header("webhook-id")).isEqualTo(both.get(0).header("webhook-id"));
        assertThat(verifies(both.get(1), KEY)).isTrue();
    }

    @Test
    void a_type_that_the_sink_did_not_ask_for_is_not_sent() throws Exception {
        gateway.store("types", "essential");
        for (int i = 0; i < 80; i++) {
            assertThat(gateway.exchange("POST /api/orders HTTP/1.1\r\nHost: gw.test\r\nAuthorization: Bearer "
                                    + gateway.token("types") + "\r\nContent-Length: 0\r\n\r\n")
                            .status())
                    .isEqualTo(200);
        }
        refusedAnalytics("types-2");
        assertThat(received("types")).isEmpty();
        assertThat(gateway.metric("tiergate_outbox_events_total{event=\"limit-approaching\",outcome=\"written\"}"))
                .isZero();
    }

    @Test
    void editors_complete_its_keys() throws Exception {
        var schema = PluginCatalogue.ofClassPath().schema();
        assertThat(schema.at("/properties/events/properties/sinks/additionalProperties/properties/webhook/$ref")
                        .asText())
                .isEqualTo("#/$defs/plugin-webhook");
        assertThat(schema.at("/$defs/plugin-webhook/properties").fieldNames())
                .toIterable()
                .containsExactly("url", "keys", "source");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ url: 'https://crm.example.com/', keys: [ whsec_c2VjcmV0 ] }"
                        + " | plugin 'webhook': keys must not stand in the file, nor a default for it; put it in the"
                        + " environment and write ${NAME}",
                "{ url: 'https://crm.example.com/', keys: [ \"${KEY:-whsec_c2VjcmV0}\" ] }"
                        + " | plugin 'webhook': keys must not stand in the file, nor a default for it; put it in the"
                        + " environment and write ${NAME}",
                "{ url: 'https://crm.example.com/', keys: [ \"${UNSET}\" ] }"
                        + " | the environment variable UNSET is not set; set it, or write ${UNSET:-default}",
                "{ url: 'https://169.254.169.254/', keys: [ \"${KEY}\" ] }"
                        + " | plugin 'webhook': 'url' must not be a link-local or metadata address; if it is meant, name it in"
                        + " allow-address",
                "{ url: 'ftp://crm.example.com/', keys: [ \"${KEY}\" ] }"
                        + " | plugin 'webhook': 'url' must begin with http:// or https://",
                "{ url: 'https://crm.example.com/', keys: [ \"${SHORT}\" ] }"
                        + " | plugin 'webhook': each of 'keys' must be whsec_ and 24 to 64 bytes in base64; make one with:"
                        + " echo whsec_$(openssl rand -base64 32)"
            },
            quoteCharacter = '`')
    void a_wrong_configuration_is_a_problem_that_shows_no_key(String config, String message) throws Exception {
        var loader = PluginCatalogue.ofClassPath().routes(Map.of("KEY", KEY, "SHORT", "whsec_c2VjcmV0")::get);
        var result = loader.load(
                "routes.yaml",
                "version: 1\nupstreams: { shop: { endpoints: [ \"http://127.0.0.1:9001\" ] } }\n"
                        + "events: { sinks: { crm: { webhook: " + config + " } } }\n"
                        + "routes: [ { path: /x, public: true, upstream: shop } ]\n",
                null);
        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        assertThat(((LoadResult.Rejected) result).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.toString())
                        .startsWith("routes.yaml:3:")
                        .endsWith(": " + message)
                        .doesNotContain("c2VjcmV0"));
    }

    @Test
    void under_plugins_it_is_a_problem_that_says_where_it_belongs() throws Exception {
        var result =
                PluginCatalogue.ofClassPath().routes(Map.of("KEY", KEY)::get).load("routes.yaml", """
                version: 1
                upstreams: { shop: { endpoints: [ "http://127.0.0.1:9001" ] } }
                auth: { jwt: { jwks: "https://id.example.com/jwks", algorithms: [ RS256 ] } }
                routes:
                  - path: /x
                    plugins: [ webhook: { url: "https://crm.example.com/", keys: [ "${KEY}" ] } ]
                    upstream: shop
                """, null);
        assertThat(result).isInstanceOf(LoadResult.Rejected.class);
        assertThat(((LoadResult.Rejected) result).problems())
                .singleElement()
                .hasToString(
                        "routes.yaml:6:16: plugin 'webhook': it takes events, and checks no requests; write it under"
                                + " events.sinks, such as sinks: { crm: { webhook: … } }");
    }

    @Test
    void a_key_is_rotated_without_a_restart() throws Exception {
        assertThat(verifies(refusedAnalytics("before"), KEY)).isTrue();
        gateway.write(Docs.blocks(PAGE, "yaml").get(0).replace("${CRM_OLD_KEY:-}", "${CRM_NEXT_KEY}"));
        gateway.await(gateway.gateway().checkRoutes());
        Eventually.holds("it is signed with both", () -> {
            var request = refusedAnalytics("during-" + System.nanoTime());
            return verifies(request, KEY) && verifies(request, NEXT);
        });
        gateway.write(Docs.blocks(PAGE, "yaml").get(0));
        writeKey(NEXT);
        Eventually.holds("it is signed with the new one alone", () -> {
            var request = refusedAnalytics("after-" + System.nanoTime());
            return verifies(request, NEXT) && !verifies(request, KEY);
        });
        writeKey(KEY);
        Eventually.holds("as it was", () -> verifies(refusedAnalytics("last-" + System.nanoTime()), KEY));
    }
}
