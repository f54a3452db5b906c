package dev.tiergate.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Self-signed certificates, made with the JDK's own keytool. */
public final class Certificates {

    public static final String PASSWORD = "changeit";

    private Certificates() {}

    /**
     * A key store with one key.
     *
     * @param names subject alternative names as keytool writes them, {@code dns:localhost}
     */
    public static Path keyStore(Path folder, String names) {
        Path file = folder.resolve("keys.p12");
        keytool(
                "-genkeypair",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-ext",
                "san=" + names,
                "-validity",
                "2");
        return file;
    }

    /** The store's certificate as PEM: what a client has to trust. */
    public static Path pem(Path keyStore) {
        Path file = keyStore.resolveSibling("ca.pem");
        keytool(
                "-exportcert",
                "-rfc",
                "-keystore",
                keyStore.toString(),
                "-storepass",
                PASSWORD,
                "-alias",
                "server",
                "-file",
                file.toString());
        return file;
    }

    /** A trust store with one certificate, under the same password. */
    public static Path trustStore(Path certificate) {
        Path file = certificate.resolveSibling("trust.p12");
        keytool(
                "-importcert",
                "-noprompt",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-alias",
                "ca",
                "-file",
                certificate.toString());
        return file;
    }

    /** The store's private key as PEM (PKCS#8). */
    public static Path privateKey(Path keyStore) {
        try {
            var keys = KeyStore.getInstance(keyStore.toFile(), PASSWORD.toCharArray());
            byte[] pkcs8 = keys.getKey("server", PASSWORD.toCharArray()).getEncoded();
            String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8);
            return Files.writeString(
                    keyStore.resolveSibling("key.pem"),
                    "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void keytool(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(Arrays.asList(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            byte[] output = process.getInputStream().readAllBytes();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(new String(output, UTF_8));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
