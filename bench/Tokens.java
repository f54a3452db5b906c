import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Writes a folder of RS256 tokens for bench/run, one a line: {@code allow.txt}, {@code tier.txt} and {@code limit.txt} of a
 * thousand stores each, {@code bad.txt} signed by a key that {@code www/jwks.json} does not hold, and {@code mixed.txt} of all
 * four in turn. With {@code apis} also {@code apis.txt}, of ten thousand stores; with {@code peers} also the stores of
 * {@code allow.txt} by HS256 in {@code hs256.txt}, and the keys as {@code rs256.pub} (PEM) and {@code hs256.secret}. Run from
 * source: {@code java Tokens.java FOLDER [apis|peers]}.
 */
final class Tokens {

    private static final int STORES = 1_000;
    private static final int STORES_OF_APIS = 10_000;
    private static final int KEY_BITS = 2048;
    private static final Duration LIFETIME = Duration.ofHours(12);
    private static final String RS256 = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"bench\"}";
    private static final String HS256 = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    private static final int SECRET_BYTES = 36;

    private interface Signer {
        byte[] sign(byte[] input) throws GeneralSecurityException;
    }

    private Tokens() {}

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        Path folder = Path.of(args[0]);
        KeyPair known = keys();
        Files.writeString(folder.resolve("www/jwks.json"), jwks((RSAPublicKey) known.getPublic()));
        List<List<String>> kinds = List.of(
                tokens("allow", STORES, RS256, rs256(known.getPrivate())),
                tokens("tier", STORES, RS256, rs256(known.getPrivate())),
                tokens("limit", STORES, RS256, rs256(known.getPrivate())),
                tokens("allow", STORES, RS256, rs256(keys().getPrivate())));
        List<String> names = List.of("allow", "tier", "limit", "bad");
        for (int kind = 0; kind < kinds.size(); kind++) {
            Files.write(folder.resolve(names.get(kind) + ".txt"), kinds.get(kind));
        }
        Files.write(folder.resolve("mixed.txt"), inTurn(kinds));
        String more = args.length > 1 ? args[1] : "";
        if (more.equals("apis")) {
            Files.write(folder.resolve("apis.txt"), tokens("apis", STORES_OF_APIS, RS256, rs256(known.getPrivate())));
        }
        if (more.equals("peers")) {
            String secret = secret();
            Files.writeString(folder.resolve("hs256.secret"), secret);
            Files.writeString(folder.resolve("rs256.pub"), pem(known.getPublic()));
            Files.write(folder.resolve("hs256.txt"), tokens("allow", STORES, HS256, hs256(secret)));
        }
    }

    private static KeyPair keys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(KEY_BITS);
        return generator.generateKeyPair();
    }

    private static Signer rs256(PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        return input -> {
            signature.update(input);
            return signature.sign();
        };
    }

    private static Signer hs256(String secret) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
        return mac::doFinal;
    }

    private static String secret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return base64url(bytes);
    }

    private static String pem(PublicKey key) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + text + "\n-----END PUBLIC KEY-----\n";
    }

    private static List<String> tokens(String kind, int stores, String header, Signer signer)
            throws GeneralSecurityException {
        long now = Instant.now().getEpochSecond();
        List<String> tokens = new ArrayList<>(stores);
        for (int n = 1; n <= stores; n++) {
            String claims = ("{\"iss\":\"https://id.tiergate.dev/\",\"aud\":\"shop\",\"sub\":\"user-%d\",\"store_id\":\"%s-%d\","
                            + "\"roles\":[\"owner\"],\"iat\":%d,\"exp\":%d}")
                    .formatted(n, kind, n, now, now + LIFETIME.toSeconds());
            String input = base64url(header.getBytes(UTF_8)) + "." + base64url(claims.getBytes(UTF_8));
            tokens.add(input + "." + base64url(signer.sign(input.getBytes(UTF_8))));
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
