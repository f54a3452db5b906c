package dev.tiergate.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Self-signed certificates, made with the JDK's own keytool. */
final class Certificates {

    static final String PASSWORD = "changeit";

    private Certificates() {}

    /**
     * A key store with one key.
     *
     * @param names subject alternative names as keytool writes them, {@code dns:localhost}
     */
    static Path keyStore(Path folder, String names) {
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
    static Path pem(Path keyStore) {
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
