package peer;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The gate: entitlement (kept, else HMGET), daily count (one EVALSHA), then the upstream or a refusal in JSON. */
@Component
class StoreGateGatewayFilterFactory extends AbstractGatewayFilterFactory<Object> {

    private record Entitlement(int order, long limit) {}

    private static final String FEATURE = "analytics_dashboard";
    private static final int ORDER = 2;
    private static final RedisScript<Long> COUNT = RedisScript.of(
            """
            local n = redis.call('INCR', KEYS[1])
            if n == 1 then redis.call('EXPIRE', KEYS[1], 172800) end
            return n""",
            Long.class);

    private final ReactiveStringRedisTemplate redis;
    private final Map<String, Entitlement> entitlements = new ConcurrentHashMap<>();

    StoreGateGatewayFilterFactory(ReactiveStringRedisTemplate redis) {
        super(Object.class);
        this.redis = redis;
    }

    static Jwt token(SecurityContext context) {
        return ((JwtAuthenticationToken) context.getAuthentication()).getToken();
    }

    @Override
    public GatewayFilter apply(Object config) {
        return (exchange, chain) -> ReactiveSecurityContextHolder.getContext().flatMap(context -> {
            String store = token(context).getClaimAsString("store_id");
            return entitlement(store).flatMap(held -> gate(exchange, chain, store, held));
        });
    }

    private Mono<Entitlement> entitlement(String store) {
        Entitlement known = entitlements.get(store);
        return known != null
                ? Mono.just(known)
                : redis.<String, String>opsForHash()
                        .multiGet("ent:" + store, List.of("order", "limit"))
                        .map(found -> new Entitlement(Integer.parseInt(found.get(0)), Long.parseLong(found.get(1))))
                        .doOnNext(found -> entitlements.put(store, found));
    }

    private Mono<Void> gate(ServerWebExchange exchange, GatewayFilterChain chain, String store, Entitlement held) {
        if (held.order() < ORDER) {
            return say(exchange, HttpStatus.FORBIDDEN, """
                    {"detail":"Feature '%s' requires Professional tier or higher","feature_code":"%s",\
                    "required_tier":"Professional","upgrade_url":"/store/%s/billing"}""".formatted(FEATURE, FEATURE, store));
        }
        String counter = "spring:" + store + ":" + FEATURE + ":" + LocalDate.now(ZoneOffset.UTC);
        return redis.execute(COUNT, List.of(counter)).next().flatMap(n -> n > held.limit()
                ? say(exchange, HttpStatus.TOO_MANY_REQUESTS, """
                        {"detail":"Daily limit reached","feature_code":"%s","limit":%d,\
                        "upgrade_url":"/store/%s/billing"}""".formatted(FEATURE, held.limit(), store))
                : chain.filter(exchange.mutate()
                        .request(request -> request.header("X-Store-Id", store))
                        .build()));
    }

    private static Mono<Void> say(ServerWebExchange exchange, HttpStatus status, String text) {
        var response = exchange.getResponse();
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        response.setStatusCode(status);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }
}
