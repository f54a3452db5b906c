package dev.tiergate.routes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.zip.CRC32;

/**
 * The share of stores for which a route is enforced. A store's bucket is {@code crc32(store id) mod 100}, of its id in UTF-8
 * and nothing else, so that it is the same on every node and route, and a larger share contains a smaller one.
 *
 * @param percent of the stores, 0 to 100
 */
public record Rollout(int percent) {

    public static final Rollout WHOLE = new Rollout(100);

    public Rollout {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("a share is from 0% to 100%");
        }
    }

    /** @param store the store's external id */
    public boolean holds(String store) {
        return percent == 100 || bucket(store) < percent;
    }

    /** 0 to 99. */
    static int bucket(String store) {
        var checksum = new CRC32();
        checksum.update(store.getBytes(UTF_8));
        return (int) (checksum.getValue() % 100);
    }
}
