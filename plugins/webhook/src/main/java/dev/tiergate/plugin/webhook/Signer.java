package dev.tiergate.plugin.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tiergate.plugin.Secret;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Signs what is posted, as Standard Webhooks 1.0 has it: over {@code id.seconds.body}, once with each key. Whoever verifies
 * takes one good signature of them, and refuses a time that is minutes away. Not thread-safe.
 */
final class Signer {

    private final List<SigningKey> keys;

    Signer(List<Secret> keys) {
        this.keys = keys.stream().map(SigningKey::of).toList();
    }

    /**
     * The value of {@code webhook-signature}.
     *
     * @param seconds since 1970, of this attempt
     */
    String sign(String id, long seconds, Buffer body) {
        byte[] signed = Buffer.buffer((id + "." + seconds + ".").getBytes(UTF_8))
                .appendBuffer(body)
                .getBytes();
        return keys.stream().map(key -> key.sign(signed)).collect(Collectors.joining(" "));
    }
}
