package dev.tiergate.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.routes.CorsConfig;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CorsTest {

    private static final String SHOP = "https://shop.example";
    private final Cors cors = cors(Set.of(SHOP, "https://app.example"), Set.of("authorization", "content-type"), true);
    private final Cors open = cors(Set.of("*"), Set.of("*"), false);

    @Test
    void only_the_browsers_question_is_a_preflight() {
        MultiMap asked = asked(SHOP);
        assertThat(Cors.preflight("OPTIONS", asked)).isTrue();
        assertThat(Cors.preflight("GET", asked)).isFalse();
        assertThat(Cors.preflight("OPTIONS", headers().add("Origin", SHOP))).isFalse();
        assertThat(Cors.preflight("OPTIONS", headers().add("Access-Control-Request-Method", "PUT")))
                .isFalse();
    }

    @Test
    void a_preflight_of_an_allowed_origin_is_told_all_that_is_allowed() {
        Answer answer = cors.answer(asked(SHOP));
        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.headers())
                .containsEntry("Access-Control-Allow-Origin", SHOP)
                .containsEntry("Access-Control-Allow-Credentials", "true")
                .containsEntry("Access-Control-Allow-Methods", "GET, PUT")
                .containsEntry("Access-Control-Allow-Headers", "authorization, content-type")
                .containsEntry("Access-Control-Max-Age", "600")
                .containsEntry("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
    }

    @Test
    void a_preflight_of_another_origin_is_allowed_nothing() {
        for (String origin :
                new String[] {"https://evil.example", SHOP + ".evil.example", "HTTPS://SHOP.EXAMPLE", "null"}) {
            assertThat(cors.answer(asked(origin)).headers().keySet())
                    .noneMatch(name -> name.startsWith("Access-Control"));
        }
    }

    @Test
    void any_origin_is_answered_with_a_star_and_never_with_credentials() {
        Answer answer = open.answer(asked("null").add("Access-Control-Request-Headers", "X-One, bad name, x-two"));
        assertThat(answer.headers())
                .containsEntry("Access-Control-Allow-Origin", "*")
                .containsEntry("Access-Control-Allow-Headers", "X-One, x-two")
                .doesNotContainKey("Access-Control-Allow-Credentials");
    }

    @Test
    void own_answers_let_scripts_read_the_limits() {
        assertThat(cors.headers(SHOP))
                .containsEntry("Access-Control-Allow-Origin", SHOP)
                .containsEntry(
                        "Access-Control-Expose-Headers", "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id")
                .containsEntry("Vary", "Origin");
    }

    @Test
    void answers_vary_by_origin_even_where_there_is_none() {
        assertThat(cors.headers((String) null)).containsOnlyKeys("Vary");
        assertThat(open.headers((String) null)).isEmpty();
    }

    @Test
    void a_backends_own_rules_are_replaced() {
        MultiMap response = headers()
                .add("access-control-allow-origin", "*")
                .add("Access-Control-Allow-Credentials", "true")
                .add("Access-Control-Expose-Headers", "X-Secret")
                .add("Vary", "Accept-Encoding");
        cors.replace(response, SHOP);
        assertThat(response.getAll("Access-Control-Allow-Origin")).containsExactly(SHOP);
        assertThat(response.get("Access-Control-Expose-Headers")).doesNotContain("X-Secret");
        assertThat(response.getAll("Vary")).containsExactly("Accept-Encoding", "Origin");
    }

    @Test
    void a_backends_rules_for_another_origin_are_taken_away() {
        MultiMap response = headers()
                .add("Access-Control-Allow-Origin", "https://evil.example")
                .add("Vary", "origin");
        cors.replace(response, "https://evil.example");
        assertThat(response.contains("Access-Control-Allow-Origin")).isFalse();
        assertThat(response.getAll("Vary")).containsExactly("origin");
    }

    private static Cors cors(Set<String> origins, Set<String> headers, boolean credentials) {
        return new Cors(new CorsConfig(origins, Set.of("PUT", "GET"), headers, credentials, Duration.ofMinutes(10)));
    }

    private static MultiMap asked(String origin) {
        return headers().add("Origin", origin).add("Access-Control-Request-Method", "PUT");
    }

    private static MultiMap headers() {
        return MultiMap.caseInsensitiveMultiMap();
    }
}
