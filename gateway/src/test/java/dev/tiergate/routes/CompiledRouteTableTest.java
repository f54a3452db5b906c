package dev.tiergate.routes;

import static dev.tiergate.routes.Paths.path;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompiledRouteTableTest {

    private static final RouteTable SPECIFICITY = Routes.table(
            "id: root, path: /",
            "id: all, path: /**",
            "id: a, path: /a",
            "id: a-rest, path: /a/**",
            "id: a-one, path: \"/a/{x}\"",
            "id: a-b, path: /a/b",
            "id: a-one-c, path: \"/a/{x}/c\"",
            "id: a-b-rest, path: /a/b/**",
            "id: one-b-c, path: /*/b/c",
            "id: encoded, path: /files/r%c3%a9sum%C3%A9",
            "id: at, path: /users/@me");

    private static String match(RouteTable table, String method, String path) {
        return match(table, null, method, path, Map.of());
    }

    private static String match(
            RouteTable table, String host, String method, String path, Map<String, String> headers) {
        Match match = table.match(host, method, path(path), headers::get);
        if (match instanceof Match.Found found) {
            return found.route().id();
        }
        return match instanceof Match.WrongMethod wrong ? "405 " + String.join(" ", wrong.allowed()) : "404";
    }

    @ParameterizedTest
    @CsvSource({
        "/, root",
        "/x, all",
        "/x/y/z, all",
        "/a, a",
        "/a/, a",
        "/A, a",
        "/a/x, a-one",
        "/a/x/, a-one",
        "/a/b, a-b",
        "/a/B/, a-b",
        "/a/x/c, a-one-c",
        "/a/x/d, a-rest",
        "/a/b/c, a-b-rest",
        "/a/b/c/d, a-b-rest",
        "/z/b/c, one-b-c",
        "/a/x/c/d, a-rest",
        "/files/r%C3%A9sum%C3%A9, encoded",
        "/FILES/R%C3%A9SUM%C3%A9, encoded",
        "/users/@me, at",
        "/users/%40me, at",
        "/users/%40ME/, at",
        "/ab, all"
    })
    void the_most_specific_route_wins_segment_by_segment(String path, String route) {
        assertThat(match(SPECIFICITY, "GET", path)).isEqualTo(route);
    }

    @Test
    void order_in_the_file_never_matters() {
        RouteTable table = Routes.table(
                "id: rest, path: /**", "id: one, path: /*", "id: literal, path: /a", "id: deep, path: /a/b/c");
        RouteTable reversed = Routes.table(
                "id: deep, path: /a/b/c", "id: literal, path: /a", "id: one, path: /*", "id: rest, path: /**");
        for (String path : List.of("/", "/a", "/b", "/a/b", "/a/b/c")) {
            assertThat(match(table, "GET", path)).isEqualTo(match(reversed, "GET", path));
        }
    }

    @Test
    void a_rest_also_matches_nothing_but_an_exact_end_goes_first() {
        RouteTable table = Routes.table("id: rest, path: /a/**", "id: post, path: /a, methods: [ POST ]");
        assertThat(match(table, "GET", "/a")).isEqualTo("rest");
        assertThat(match(table, "GET", "/a/")).isEqualTo("rest");
        assertThat(match(table, "POST", "/a")).isEqualTo("post");
    }

    @Test
    void a_dead_end_falls_back_to_a_wider_pattern() {
        RouteTable table = Routes.table(
                "id: deep, path: /a/b/c",
                "id: wild, path: /a/*/d",
                "id: wide, path: /**",
                "id: get, path: /m/x, methods: [ GET ]",
                "id: any, path: \"/m/{id}\", methods: [ DELETE ]",
                "id: beta, path: /h, headers: { X-Beta: \"1\" }");
        assertThat(match(table, "GET", "/a/b/d")).isEqualTo("wild");
        assertThat(match(table, "GET", "/a/b/e")).isEqualTo("wide");
        assertThat(match(table, "GET", "/m/x")).isEqualTo("get");
        assertThat(match(table, "DELETE", "/m/x")).isEqualTo("any");
        assertThat(match(table, "PUT", "/m/x")).isEqualTo("wide");
        assertThat(match(table, "GET", "/h")).isEqualTo("wide");
        assertThat(match(table, null, "GET", "/h", Map.of("x-beta", "1"))).isEqualTo("beta");
    }

    @Test
    void a_wrong_method_lists_what_every_matching_route_allows() {
        RouteTable table = Routes.table(
                "id: get, path: /a, methods: [ GET ]",
                "id: delete, path: \"/{x}\", methods: [ DELETE ]",
                "id: host, path: /a, host: a.example.com, methods: [ PROPFIND ]",
                "id: beta, path: /a, headers: { X-Beta: \"1\" }, methods: [ PUT ]");
        assertThat(match(table, "POST", "/a")).isEqualTo("405 DELETE GET HEAD");
        assertThat(match(table, "a.example.com", "POST", "/a", Map.of())).isEqualTo("405 DELETE GET HEAD PROPFIND");
        assertThat(match(table, null, "POST", "/a", Map.of("x-beta", "1"))).isEqualTo("405 DELETE GET HEAD PUT");
        assertThat(match(table, "POST", "/b")).isEqualTo("405 DELETE");
        assertThat(match(table, "POST", "/a/b")).isEqualTo("404");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
    void without_methods_a_route_serves_the_common_ones(String method) {
        assertThat(match(Routes.table("id: a, path: /a"), method, "/a")).isEqualTo("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROPFIND", "QUERY", "get", "Get", "TRACE", "CONNECT"})
    void any_other_method_is_refused(String method) {
        assertThat(match(Routes.table("id: a, path: /a"), method, "/a"))
                .isEqualTo("405 DELETE GET HEAD OPTIONS PATCH POST PUT");
    }

    @Test
    void a_method_that_is_named_is_served_and_get_brings_head() {
        RouteTable table = Routes.table("id: dav, path: /a, methods: [ PROPFIND, GET ]");
        assertThat(match(table, "PROPFIND", "/a")).isEqualTo("dav");
        assertThat(match(table, "HEAD", "/a")).isEqualTo("dav");
        assertThat(match(table, "POST", "/a")).isEqualTo("405 GET HEAD PROPFIND");
        assertThat(match(Routes.table("id: p, path: /a, methods: [ POST ]"), "HEAD", "/a"))
                .isEqualTo("405 POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "CONNECT", "get"})
    void some_methods_never_pass_even_where_nothing_matches(String method) {
        assertThat(Routes.table("path: /a").match(null, method, path("/b"), name -> null))
                .isEqualTo(new Match.WrongMethod(Set.of()));
    }

    @Test
    void an_exact_host_beats_every_path_without_one() {
        RouteTable table = Routes.table("id: any, path: /a/b", "id: host, path: /**, host: A.example.com");
        assertThat(match(table, "a.example.com", "GET", "/a/b", Map.of())).isEqualTo("host");
        assertThat(match(table, "b.example.com", "GET", "/a/b", Map.of())).isEqualTo("any");
        assertThat(match(table, null, "GET", "/a/b", Map.of())).isEqualTo("any");
        assertThat(match(table, "b.example.com", "GET", "/c", Map.of())).isEqualTo("404");
    }

    @Test
    void more_headers_beat_fewer_and_their_values_count() {
        RouteTable table = Routes.table(
                "id: none, path: /a",
                "id: two, path: /a, headers: { X-A: a, X-B: b }",
                "id: one, path: /a, headers: { X-A: a }",
                "id: other, path: /a, headers: { X-A: c }");
        assertThat(match(table, null, "GET", "/a", Map.of("x-a", "a", "x-b", "b")))
                .isEqualTo("two");
        assertThat(match(table, null, "GET", "/a", Map.of("x-a", "a"))).isEqualTo("one");
        assertThat(match(table, null, "GET", "/a", Map.of("x-a", "c", "x-b", "b")))
                .isEqualTo("other");
        assertThat(match(table, null, "GET", "/a", Map.of("x-a", "A"))).isEqualTo("none");
    }

    @Test
    void path_goes_before_headers() {
        RouteTable table = Routes.table("id: wide, path: /*, headers: { X-A: a }", "id: narrow, path: /a");
        assertThat(match(table, null, "GET", "/a", Map.of("x-a", "a"))).isEqualTo("narrow");
    }

    @Test
    void case_exact_compares_the_path_as_it_came() {
        RouteTable table = Routes.table(
                "id: exact, path: \"/Api/{id}/Me@x\", case: exact", "id: wide, path: /api/**, methods: [ GET ]");
        assertThat(match(table, "GET", "/Api/7/Me@x")).isEqualTo("exact");
        assertThat(match(table, "GET", "/Api/7/Me%40x/")).isEqualTo("exact");
        assertThat(match(table, "GET", "/api/7/Me@x")).isEqualTo("wide");
        assertThat(match(table, "GET", "/Api/7/me@x")).isEqualTo("wide");
        assertThat(match(table, "POST", "/api/7/Me@x")).isEqualTo("405 GET HEAD");
    }

    @Test
    void trailing_slash_distinct_tells_two_paths_apart() {
        RouteTable table = Routes.table(
                "id: without, path: /a, trailing-slash: distinct",
                "id: with, path: /a/, trailing-slash: distinct",
                "id: b, path: /b, trailing-slash: distinct",
                "id: c, path: /c/",
                "id: rest, path: /d/**, trailing-slash: distinct");
        assertThat(match(table, "GET", "/a")).isEqualTo("without");
        assertThat(match(table, "GET", "/a/")).isEqualTo("with");
        assertThat(match(table, "GET", "/b/")).isEqualTo("404");
        assertThat(match(table, "GET", "/c")).isEqualTo("c");
        assertThat(match(table, "GET", "/d")).isEqualTo("rest");
        assertThat(match(table, "GET", "/d/e/")).isEqualTo("rest");
    }

    @Test
    void case_folding_is_ascii_only() {
        RouteTable table = Routes.table("id: s, path: /reports", "id: k, path: /kelvin");
        assertThat(match(table, "GET", "/report%C5%BF")).isEqualTo("404");
        assertThat(match(table, "GET", "/%E2%84%AAelvin")).isEqualTo("404");
    }

    @Test
    void the_cost_of_a_match_does_not_grow_with_the_number_of_routes() {
        Map<String, Integer> few = visits(10);
        Map<String, Integer> many = visits(10_000);
        assertThat(few)
                .isEqualTo(many)
                .allSatisfy((path, visits) -> assertThat(visits).isLessThanOrEqualTo(10));
    }

    private static Map<String, Integer> visits(int routes) {
        List<String> lines = new ArrayList<>(List.of("path: /**", "path: \"/api/{x}/tail\""));
        for (int i = 0; i < routes; i++) {
            lines.add("path: \"/api/feature" + i + "/{id}/part\"");
        }
        CompiledRouteTable table = (CompiledRouteTable) Routes.table(lines.toArray(String[]::new));
        Map<String, Integer> visits = new HashMap<>();
        for (String path :
                List.of("/", "/api/feature7/1/part", "/api/feature7/1/other", "/api/none/1/part", "/x/y/z")) {
            visits.put(path, table.visited(null, "GET", path(path)));
        }
        return visits;
    }
}
