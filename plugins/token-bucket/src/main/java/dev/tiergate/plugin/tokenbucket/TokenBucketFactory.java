package dev.tiergate.plugin.tokenbucket;

import dev.tiergate.plugin.Quota;
import dev.tiergate.plugin.QuotaFactory;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;

/** Makes limits of the kind {@code token-bucket}; what they count is the whole node's, and outlives a reload. */
public final class TokenBucketFactory implements QuotaFactory<TokenBucketConfig> {

    private final ConcurrentHashMap<Holder, Bucket> buckets = new ConcurrentHashMap<>();
    private final Present present;

    public TokenBucketFactory() {
        this(InstantSource.system());
    }

    TokenBucketFactory(InstantSource clock) {
        this.present = new Present(clock);
    }

    @Override
    public String name() {
        return "token-bucket";
    }

    @Override
    public Class<TokenBucketConfig> configType() {
        return TokenBucketConfig.class;
    }

    @Override
    public Quota create(String code, TokenBucketConfig config) {
        return new TokenBucket(code, config, new Buckets(buckets, Buckets.MOST), present);
    }
}
