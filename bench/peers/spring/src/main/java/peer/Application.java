package peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity.CsrfSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.FormLoginSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.HttpBasicSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.LogoutSpec;
import org.springframework.security.config.web.server.ServerHttpSecurity.RequestCacheSpec;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;

/** Spring Cloud Gateway as one would set it up for the same work: a resource server, a filter of its own, the stock limiter. */
@SpringBootApplication
public class Application {

    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
    }

    @Bean
    SecurityWebFilterChain chain(ServerHttpSecurity http) {
        return http.csrf(CsrfSpec::disable)
                .httpBasic(HttpBasicSpec::disable)
                .formLogin(FormLoginSpec::disable)
                .logout(LogoutSpec::disable)
                .requestCache(RequestCacheSpec::disable)
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .authorizeExchange(exchanges ->
                        exchanges.pathMatchers("/plain/**").permitAll().anyExchange().authenticated())
                .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
                .build();
    }

    @Bean
    ReactiveJwtDecoder decoder(@Value("${PEER_FOLDER}") Path folder) throws IOException, GeneralSecurityException {
        byte[] secret = Files.readAllBytes(folder.resolve("hs256.secret"));
        ReactiveJwtDecoder hs256 = NimbusReactiveJwtDecoder.withSecretKey(new SecretKeySpec(secret, "HmacSHA256"))
                .macAlgorithm(MacAlgorithm.HS256)
                .build();
        ReactiveJwtDecoder rs256 = NimbusReactiveJwtDecoder.withPublicKey(publicKey(folder)).build();
        String start = Base64.getUrlEncoder().withoutPadding().encodeToString("{\"alg\":\"HS2".getBytes());
        String hs = start.substring(0, start.length() - 1); // the last character also stands for bits that follow
        return token -> token.startsWith(hs) ? hs256.decode(token) : rs256.decode(token);
    }

    private static RSAPublicKey publicKey(Path folder) throws IOException, GeneralSecurityException {
        String pem = Files.readString(folder.resolve("rs256.pub")).replaceAll("-----[A-Z ]+-----|\\s", "");
        X509EncodedKeySpec key = new X509EncodedKeySpec(Base64.getDecoder().decode(pem));
        return (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(key);
    }

    @Bean
    KeyResolver store() {
        return exchange -> ReactiveSecurityContextHolder.getContext()
                .map(context -> StoreGateGatewayFilterFactory.token(context).getClaimAsString("store_id"));
    }
}
