package dev.tiergate.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SignatureTest {

    private final Signature signature = new Signature("key");

    @Test
    void a_backend_can_check_it_with_the_documented_recipe() throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("key".getBytes(UTF_8), "HmacSHA256"));
        String expected = HexFormat.of().formatHex(mac.doFinal("7\norders\nr-1\n1800000000".getBytes(UTF_8)));
        assertThat(signature.of("7", "orders", "r-1", 1_800_000_000L)).isEqualTo("t=1800000000,v1=" + expected);
    }

    @Test
    void what_is_absent_counts_as_empty() {
        assertThat(signature.of(null, null, null, 1)).isEqualTo(signature.of("", "", "", 1));
    }

    @Test
    void parts_cannot_be_moved_into_each_other() {
        assertThat(signature.of("ab", "c", "r", 1)).isNotEqualTo(signature.of("a", "bc", "r", 1));
    }

    @Test
    void each_signature_stands_alone() {
        String first = signature.of("7", "orders", "r-1", 1);
        assertThat(signature.of("7", "orders", "r-2", 1)).isNotEqualTo(first);
        assertThat(signature.of("7", "orders", "r-1", 1)).isEqualTo(first);
    }

    @Test
    void another_key_signs_otherwise() {
        assertThat(new Signature("other").of("7", "orders", "r-1", 1))
                .isNotEqualTo(signature.of("7", "orders", "r-1", 1));
    }
}
