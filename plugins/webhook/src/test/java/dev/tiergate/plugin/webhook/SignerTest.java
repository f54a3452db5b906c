package dev.tiergate.plugin.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.plugin.Secret;
import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignerTest {

    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final long SECONDS = 1_614_265_330;
    private static final String BODY = "{\"test\": 2432232314}";
    private static final String KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String OTHER = WebhookConfigTest.key(64);

    /** HMAC as RFC 2104 writes it, from nothing but SHA-256. */
    static String reckoned(String key, String id, String seconds, byte[] body) throws NoSuchAlgorithmException {
        byte[] secret = Base64.getDecoder().decode(key.substring("whsec_".length()));
        byte[] inner = new byte[64];
        byte[] outer = new byte[64];
        for (int i = 0; i < inner.length; i++) {
            int part = i < secret.length ? secret[i] : 0;
            inner[i] = (byte) (part ^ 0x36);
            outer[i] = (byte) (part ^ 0x5c);
        }
        var hash = MessageDigest.getInstance("SHA-256");
        hash.update(inner);
        hash.update((id + "." + seconds + ".").getBytes(UTF_8));
        byte[] once = hash.digest(body);
        hash.update(outer);
        return "v1," + Base64.getEncoder().encodeToString(hash.digest(once));
    }

    /** The example that libraries of Standard Webhooks are tested with. */
    @Test
    void the_example_of_standard_webhooks_is_signed_as_it_is_there() {
        var signer = new Signer(List.of(new Secret(KEY)));
        assertThat(signer.sign(ID, SECONDS, Buffer.buffer(BODY)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void another_reckoning_comes_to_the_same() throws Exception {
        var signer = new Signer(List.of(new Secret(OTHER)));
        assertThat(signer.sign(ID, SECONDS, Buffer.buffer(BODY)))
                .isEqualTo(reckoned(OTHER, ID, Long.toString(SECONDS), BODY.getBytes(UTF_8)));
    }

    @Test
    void two_keys_give_two_signatures_in_their_order() {
        var one = new Signer(List.of(new Secret(KEY))).sign(ID, SECONDS, Buffer.buffer(BODY));
        var other = new Signer(List.of(new Secret(OTHER))).sign(ID, SECONDS, Buffer.buffer(BODY));
        var both = new Signer(List.of(new Secret(OTHER), new Secret(KEY)));
        assertThat(both.sign(ID, SECONDS, Buffer.buffer(BODY))).isEqualTo(other + " " + one);
    }

    @Test
    void id_time_and_body_are_all_signed() {
        var signer = new Signer(List.of(new Secret(KEY)));
        var signed = signer.sign(ID, SECONDS, Buffer.buffer(BODY));
        assertThat(List.of(
                        signer.sign("x" + ID, SECONDS, Buffer.buffer(BODY)),
                        signer.sign(ID, SECONDS + 1, Buffer.buffer(BODY)),
                        signer.sign(ID, SECONDS, Buffer.buffer(BODY + " "))))
                .doesNotContain(signed)
                .doesNotHaveDuplicates();
    }
}
