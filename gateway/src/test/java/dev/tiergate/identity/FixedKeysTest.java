package dev.tiergate.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tiergate.fixtures.TokenMint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FixedKeysTest {

    private static final TokenMint RSA = TokenMint.rs256("a");
    private static final TokenMint EC = TokenMint.es256("e");

    @Test
    void pem_keys_come_from_texts_and_from_files(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("key.pem"), EC.publicKeyPem());
        Door door = Door.of(Auth.pem(List.of(file.toString()), "ES256"));
        door.admits(EC.token(Claims.good()));
        assertThat(door.keys().notReady()).isEmpty();
        assertThat(door.keys().lookAgain()).isEmpty();
        Door.of(Auth.pem(List.of(RSA.publicKeyPem(), RSA.publicKeyPem()), "RS256"))
                .admits(RSA.token(Claims.good()));
    }

    private static void refused(String pem, String message, String... algorithms) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FixedKeys.of(Auth.pem(List.of(pem), algorithms)))
                .withMessageContaining(message);
    }

    @Test
    void what_is_no_public_key_is_refused_with_a_reason() {
        refused("/nowhere/key.pem", "auth.jwt.public-keys: /nowhere/key.pem: the file cannot be read", "RS256");
        refused("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "a private key has no place", "RS256");
        refused(RSA.publicKeyPem() + EC.publicKeyPem(), "not exactly one PEM block", "RS256");
        refused("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "neither an RSA nor an EC", "RS256");
        refused(RSA.publicKeyPem(), "it fits none of the configured algorithms", "ES256");
        refused(EC.publicKeyPem(), "it fits none of the configured algorithms", "ES384");
    }

    @Test
    void algorithms_that_do_not_exist_are_refused() {
        refused(RSA.publicKeyPem(), "auth.jwt.algorithms: \"none\" is none of", "none");
        refused(RSA.publicKeyPem(), "auth.jwt.algorithms: \"rs256\" is none of", "rs256");
    }

    /** The example of RFC 7638 section 3.1. */
    @Test
    void thumbprints_are_those_of_the_rfc() {
        String n =
                "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3ok"
                        + "njhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQ"
                        + "vRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnq"
                        + "DKgw";
        String jwks = Door.jwks(Map.of("kty", "RSA", "n", n, "e", "AQAB"));
        VerificationKey key = JwksDocument.read(jwks.getBytes(UTF_8), EnumSet.of(Algorithm.RS256))
                .keys()
                .get(0);
        assertThat(Thumbprint.of(key.key())).isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
