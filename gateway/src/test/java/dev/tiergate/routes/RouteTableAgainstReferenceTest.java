package dev.tiergate.routes;

import static dev.tiergate.routes.Paths.path;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.routes.PathPattern.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The compiled table answers as a list of routes does that are all looked at, one after the other. */
class RouteTableAgainstReferenceTest {

    private static final int TABLES = 400;
    private static final int REQUESTS = 50;
    private static final List<String> WORDS = List.of("a", "b", "C", "x%40y");
    private static final List<String> METHODS = List.of("GET", "POST", "DELETE");
    private static final List<String> HOSTS = List.of("h.example.com", "i.example.com");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5, 8})
    void every_request_gets_the_same_answer(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < TABLES; i++) {
            List<Route> routes = routes(random);
            RouteTable table = CompiledRouteTable.of(routes);
            for (int j = 0; j < REQUESTS; j++) {
                String host = random.nextInt(3) == 0 ? null : HOSTS.get(random.nextInt(HOSTS.size()));
                String method = METHODS.get(random.nextInt(METHODS.size()));
                CanonicalPath path = path(randomPath(random));
                Map<String, String> headers = headers(random);
                assertThat(table.match(host, method, path, headers::get))
                        .as("%s %s %s %s among %s", host, method, path.value(), headers, routes)
                        .isEqualTo(reference(routes, host, method, path, headers));
            }
        }
    }

    private static Match reference(
            List<Route> routes, String host, String method, CanonicalPath path, Map<String, String> headers) {
        List<Route> fitting = routes.stream()
                .filter(route -> route.host() == null || route.host().equals(host))
                .filter(route -> route.headers().entrySet().stream()
                        .allMatch(condition -> condition.getValue().equals(headers.get(condition.getKey()))))
                .filter(route -> fits(route, path))
                .toList();
        Set<String> methods = new TreeSet<>();
        fitting.forEach(route -> methods.addAll(route.methods()));
        return fitting.stream()
                .filter(route -> route.methods().contains(method))
                .min(RANK)
                .<Match>map(Match.Found::new)
                .orElseGet(() -> methods.isEmpty() ? new Match.None() : new Match.WrongMethod(methods));
    }

    private static final Comparator<Route> RANK = Comparator.comparing((Route route) -> route.host() == null)
            .thenComparing(RouteTableAgainstReferenceTest::ranks)
            .thenComparing(route -> -route.headers().size());

    /** One digit a segment, smaller is more specific; an end counts as more specific than a rest. */
    private static String ranks(Route route) {
        StringBuilder ranks = new StringBuilder();
        for (Segment segment : route.pattern().segments()) {
            ranks.append(segment instanceof Segment.Literal ? '0' : segment instanceof Segment.Any ? '1' : '3');
        }
        return route.pattern().endsInRest()
                ? ranks.toString()
                : ranks.append('2').toString();
    }

    private static boolean fits(Route route, CanonicalPath path) {
        List<Segment> pattern = route.pattern().segments();
        boolean rest = route.pattern().endsInRest();
        int fixed = rest ? pattern.size() - 1 : pattern.size();
        if (rest ? path.segments().size() < fixed : path.segments().size() != fixed) {
            return false;
        }
        String[] raw = path.value().substring(1).split("/", -1);
        for (int i = 0; i < fixed; i++) {
            if (pattern.get(i) instanceof Segment.Literal literal) {
                String wanted = literal.text().replace("%40", "@");
                String found = raw[i].replace("%40", "@");
                if (route.caseSensitive() ? !wanted.equals(found) : !wanted.equalsIgnoreCase(found)) {
                    return false;
                }
            }
        }
        return rest
                || !route.trailingSlashDistinct()
                || path.trailingSlash()
                        == (route.pattern().text().length() > 1
                                && route.pattern().text().endsWith("/"));
    }

    /** Distinct in what they are compared by, so that no two tie. */
    private static List<Route> routes(Random random) {
        List<Route> routes = new ArrayList<>();
        Set<String> taken = new LinkedHashSet<>();
        for (int i = 0; i < 12; i++) {
            String pattern = randomPattern(random);
            String host = random.nextInt(3) == 0 ? HOSTS.get(random.nextInt(HOSTS.size())) : null;
            Map<String, String> headers = random.nextInt(3) == 0 ? Map.of("x-a", "1") : Map.of();
            String key = pattern.toLowerCase(Locale.ROOT).replace("%40", "@").replaceFirst("(?<=.)/$", "");
            if (taken.add(key + " " + host + " " + headers)) {
                routes.add(route(routes.size(), pattern, host, headers, random));
            }
        }
        return routes;
    }

    private static Route route(int index, String pattern, String host, Map<String, String> headers, Random random) {
        Set<String> methods = new TreeSet<>();
        METHODS.stream().filter(method -> random.nextBoolean()).forEach(methods::add);
        methods.add(METHODS.get(0));
        if (random.nextInt(4) == 0) {
            methods.remove("GET");
            methods.add("POST");
        }
        return new Route(
                index,
                "r" + index,
                PatternParser.parse(pattern, Set.of()),
                host,
                headers,
                methods,
                random.nextInt(4) == 0,
                random.nextInt(4) == 0,
                Set.of(),
                true,
                null,
                null,
                null,
                true,
                List.of(),
                null,
                List.of(),
                "shop",
                null,
                Rollout.WHOLE,
                null,
                GatingConfig.Denials.DEFAULT);
    }

    private static String randomPattern(Random random) {
        StringBuilder pattern = new StringBuilder();
        int length = random.nextInt(4);
        for (int i = 0; i < length; i++) {
            pattern.append('/').append(random.nextInt(3) == 0 ? "*" : WORDS.get(random.nextInt(WORDS.size())));
        }
        return switch (random.nextInt(4)) {
            case 0 -> pattern + "/**";
            case 1 -> pattern + "/";
            default -> pattern.isEmpty() ? "/" : pattern.toString();
        };
    }

    private static String randomPath(Random random) {
        StringBuilder path = new StringBuilder();
        int length = random.nextInt(5);
        for (int i = 0; i < length; i++) {
            String word = random.nextInt(6) == 0 ? "other" : WORDS.get(random.nextInt(WORDS.size()));
            path.append('/')
                    .append(random.nextInt(3) == 0 ? word.replace("%40", "@").toUpperCase(Locale.ROOT) : word);
        }
        return path.isEmpty() || random.nextInt(4) == 0 ? path + "/" : path.toString();
    }

    private static Map<String, String> headers(Random random) {
        Map<String, String> headers = new HashMap<>();
        if (random.nextBoolean()) {
            headers.put("x-a", random.nextInt(3) == 0 ? "2" : "1");
        }
        return headers;
    }
}
