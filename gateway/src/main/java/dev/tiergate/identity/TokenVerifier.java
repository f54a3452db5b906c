package dev.tiergate.identity;

import dev.tiergate.routes.AuthConfig;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One token, all rules, in the order of what they cost and of what may be said to a stranger: form, header, key, signature,
 * and only then the payload. Belongs to one event loop.
 */
final class TokenVerifier {

    private final HeaderRules headerRules;
    private final ClaimRules claimRules;
    private final SignatureCheck signatures = new SignatureCheck();

    TokenVerifier(AuthConfig auth, Set<Algorithm> allowed) {
        this.headerRules = new HeaderRules(allowed, auth.requireAtJwt());
        this.claimRules = new ClaimRules(auth);
    }

    TokenVerdict verify(String token, KeySet keys, long now) {
        Optional<CompactJws> read = CompactJws.read(token);
        if (read.isEmpty()) {
            return new TokenVerdict.Bad(TokenFlaw.MALFORMED);
        }
        CompactJws jws = read.get();
        Optional<Map<String, Object>> header = StrictJson.object(jws.header(), StrictJson.Nulls.REFUSED);
        if (header.isEmpty()) {
            return new TokenVerdict.Bad(TokenFlaw.MALFORMED);
        }
        TokenFlaw flaw = headerRules.flaw(header.get());
        return flaw == null ? verify(jws, header.get(), keys, now) : new TokenVerdict.Bad(flaw);
    }

    private TokenVerdict verify(CompactJws jws, Map<String, Object> header, KeySet keys, long now) {
        if (!keys.goodAt(now)) {
            return new TokenVerdict.Bad(TokenFlaw.NO_KEYS);
        }
        String kid = HeaderRules.kid(header);
        VerificationKey key = keys.meantBy(kid);
        if (key == null) {
            return new TokenVerdict.Bad(kid == null ? TokenFlaw.KEY_UNNAMED : TokenFlaw.KEY_UNKNOWN);
        }
        Algorithm algorithm = headerRules.algorithm(header).orElseThrow();
        if (!key.algorithms().contains(algorithm)) {
            return new TokenVerdict.Bad(TokenFlaw.ALGORITHM);
        }
        if (!signatures.fits(algorithm, key, jws.signingInput(), jws.signature())) {
            return new TokenVerdict.Bad(TokenFlaw.SIGNATURE);
        }
        return StrictJson.object(jws.payload(), StrictJson.Nulls.ABSENT)
                .map(claims -> claimRules.judge(claims, now))
                .orElse(new TokenVerdict.Bad(TokenFlaw.PAYLOAD));
    }
}
