package dev.tiergate.edge;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.X509KeyManager;

/**
 * A certificate chain and its private key, as PEM texts that fit each other.
 *
 * @param chain the server's certificate first
 */
public record TlsIdentity(String chain, String key) {

    private static final int MAX_BYTES = 256 * 1024;

    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    /** @throws IllegalArgumentException where they cannot be used; the message holds nothing of the key */
    public static TlsIdentity read(Path chain, Path key) {
        var identity = new TlsIdentity(text(chain), text(key));
        identity.check();
        return identity;
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException("the file " + file + " is too long for PEM");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("the file " + file + " cannot be read");
        }
    }

    PemKeyCertOptions options() {
        return new PemKeyCertOptions().setCertValue(Buffer.buffer(chain)).setKeyValue(Buffer.buffer(key));
    }

    /** TLS would find a key of another certificate only at the first handshake. */
    private void check() {
        boolean fits;
        try {
            // the PEM texts are at hand, so Vert.x is asked for no file
            var manager = Arrays.stream(options().getKeyManagerFactory(null).getKeyManagers())
                    .filter(X509KeyManager.class::isInstance)
                    .map(X509KeyManager.class::cast)
                    .findFirst()
                    .orElseThrow();
            fits = SIGNATURES.keySet().stream()
                    .flatMap(type -> Optional.ofNullable(manager.getServerAliases(type, null)).stream()
                            .flatMap(Arrays::stream))
                    .anyMatch(alias ->
                            belong(manager.getPrivateKey(alias), manager.getCertificateChain(alias)[0].getPublicKey()));
        } catch (Exception e) {
            // its message may quote what it could not read
            throw new IllegalArgumentException("there is no PEM certificate with its PEM private key");
        }
        if (!fits) {
            throw new IllegalArgumentException("the private key is not that of the certificate");
        }
    }

    private static boolean belong(PrivateKey mine, PublicKey theirs) {
        byte[] text = new byte[32];
        new SecureRandom().nextBytes(text);
        try {
            var signature = Signature.getInstance(SIGNATURES.getOrDefault(mine.getAlgorithm(), mine.getAlgorithm()));
            signature.initSign(mine);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(theirs);
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Never prints the key. */
    @Override
    public String toString() {
        return "TlsIdentity[]";
    }
}
