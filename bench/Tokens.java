import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Writes a folder of RS256 tokens for bench/run, one a line: {@code allow.txt}, {@code tier.txt} and {@code limit.txt} of a
 * thousand stores each, {@code bad.txt} signed by a key that {@code www/jwks.json} does not hold, and {@code mixed.txt} of all
 * four in turn. With {@code apis} also {@code apis.txt}, of ten thousand stores. Run from source:
 * {@code java Tokens.java FOLDER [apis]}.
 */
final class Tokens {

    private static final int STORES = 1_000;
    private static final int STORES_OF_APIS = 10_000;
    private static final int KEY_BITS = 2048;
    private static final Duration LIFETIME = Duration.ofHours(12);
    private static final String HEADER = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"bench\"}";

    private Tokens() {}

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        Path folder = Path.of(args[0]);
        KeyPair known = keys();
        Files.writeString(folder.resolve("www/jwks.json"), jwks((RSAPublicKey) known.getPublic()));
        List<List<String>> kinds = List.of(
                tokens("allow", STORES, known.getPrivate()),
                tokens("tier", STORES, known.getPrivate()),
                tokens("limit", STORES, known.getPrivate()),
                tokens("allow", STORES, keys().getPrivate()));
        List<String> names = List.of("allow", "tier", "limit", "bad");
        for (int kind = 0; kind < kinds.size(); kind++) {
            Files.write(folder.resolve(names.get(kind) + ".txt"), kinds.get(kind));
        }
        Files.write(folder.resolve("mixed.txt"), inTurn(kinds));
        if (args.length > 1 && args[1].equals("apis")) {
            Files.write(folder.resolve("apis.txt"), tokens("apis", STORES_OF_APIS, known.getPrivate()));
        }
    }

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(KEY_BITS);
        return generator.generateKeyPair();
    }

    private static List<String> tokens(String kind, int stores, PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        long now = Instant.now().getEpochSecond();
        List<String> tokens = new ArrayList<>(stores);
        for (int n = 1; n <= stores; n++) {
            String claims = ("{\"iss\":\"https://id.tiergate.dev/\",\"aud\":\"shop\",\"sub\":\"user-%d\",\"store_id\":\"%s-%d\","
                            + "\"roles\":[\"owner\"],\"iat\":%d,\"exp\":%d}")
                    .formatted(n, kind, n, now, now + LIFETIME.toSeconds());
            String input = base64url(HEADER.getBytes(UTF_8)) + "." + base64url(claims.getBytes(UTF_8));
            signature.update(input.getBytes(UTF_8));
            tokens.add(input + "." + base64url(signature.sign()));
        }
        return tokens;
    }

    private static List<String> inTurn(List<List<String>> kinds) {
        List<String> all = new ArrayList<>();
        for (int n = 0; n < STORES; n++) {
            for (List<String> kind : kinds) {
                all.add(kind.get(n));
            }
        }
        return all;
    }

    private static String jwks(RSAPublicKey key) {
        return "{\"keys\":[{\"kty\":\"RSA\",\"alg\":\"RS256\",\"use\":\"sig\",\"kid\":\"bench\",\"n\":\"%s\",\"e\":\"%s\"}]}"
                .formatted(base64url(unsigned(key.getModulus())), base64url(unsigned(key.getPublicExponent())));
    }

    private static byte[] unsigned(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static String base64url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
