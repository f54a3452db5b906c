package dev.tiergate.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Tokens that no honest mint makes: any bytes, any algorithm, any signature. */
final class Forge {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Forge() {}

    static String json(Map<String, ? extends @Nullable Object> members) {
        try {
            return JSON.writeValueAsString(members);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static String base64url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** An HMAC of any JCA name over any bytes. */
    static String hmac(String jcaName, byte[] secret, byte[] header, byte[] payload) {
        String input = base64url(header) + "." + base64url(payload);
        try {
            Mac mac = Mac.getInstance(jcaName);
            mac.init(new SecretKeySpec(secret, jcaName));
            return input + "." + base64url(mac.doFinal(input.getBytes(US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String hs256(String secret, String header, byte[] payload) {
        return hmac("HmacSHA256", secret.getBytes(UTF_8), header.getBytes(UTF_8), payload);
    }

    static String hs256(String secret, String header, String payload) {
        return hs256(secret, header, payload.getBytes(UTF_8));
    }

    static String signed(String jcaName, PrivateKey key, String header, String payload) {
        return signed(jcaName, null, key, header, payload);
    }

    static String pss(int hashBits, PrivateKey key, String header, String payload) {
        String digest = "SHA-" + hashBits;
        var parameters = new PSSParameterSpec(digest, "MGF1", new MGF1ParameterSpec(digest), hashBits / 8, 1);
        return signed("RSASSA-PSS", parameters, key, header, payload);
    }

    private static String signed(
            String jcaName,
            @Nullable AlgorithmParameterSpec parameters,
            PrivateKey key,
            String header,
            String payload) {
        String input = base64url(header.getBytes(UTF_8)) + "." + base64url(payload.getBytes(UTF_8));
        try {
            Signature engine = Signature.getInstance(jcaName);
            if (parameters != null) {
                engine.setParameter(parameters);
            }
            engine.initSign(key);
            engine.update(input.getBytes(US_ASCII));
            return input + "." + base64url(engine.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair pair(String algorithm, AlgorithmParameterSpec parameters) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(parameters);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The token with another signature. */
    static String resigned(String token, byte[] signature) {
        return token.substring(0, token.lastIndexOf('.') + 1) + base64url(signature);
    }

    static byte[] signature(String token) {
        return Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
    }
}
