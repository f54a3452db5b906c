package dev.tiergate.identity;

import dev.tiergate.plugin.Caller;
import dev.tiergate.routes.AuthConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Says who sent a request, by its token. Made once for each event loop and asked from it only. Answers at once, but for a token
 * whose key is looked up anew, which waits for one load of the JWKS.
 */
public final class Authenticator {

    private static final int REMEMBERED_GOOD = 10_000;
    private static final int REMEMBERED_BAD = 1_000;
    /** Long enough to make a flood of one token cheap, short enough to be unseen. */
    private static final long BAD_MILLIS = 5_000;
    /** Requests that wait for keys at one time; any further one is refused as what it is, a token with an unknown key. */
    private static final int MAX_WAITING = 256;

    private static final Map<TokenFlaw, Future<Identified>> ANSWERS = answers();

    private final @Nullable String cookieName;
    private final KeySource source;
    private final Executor loop;
    private final TokenVerifier verifier;
    private final TokenMetrics metrics;
    private final TokenMemory good = new TokenMemory(REMEMBERED_GOOD);
    private final TokenMemory bad = new TokenMemory(REMEMBERED_BAD);

    private long revision;
    private int waiting;

    /**
     * @param loop the context of the event loop that this one is asked from
     * @throws IllegalArgumentException when the configuration names an algorithm that does not exist
     */
    public Authenticator(AuthConfig auth, KeySource source, Context loop, MeterRegistry meters) {
        this(auth, source, task -> loop.runOnContext(now -> task.run()), meters);
    }

    Authenticator(AuthConfig auth, KeySource source, Executor loop, MeterRegistry meters) {
        this.cookieName = auth.cookie();
        this.source = source;
        this.loop = loop;
        this.verifier = new TokenVerifier(auth, Algorithms.allowed(auth));
        this.metrics = new TokenMetrics(meters);
    }

    private static Map<TokenFlaw, Future<Identified>> answers() {
        Map<TokenFlaw, Future<Identified>> answers = new EnumMap<>(TokenFlaw.class);
        for (TokenFlaw flaw : TokenFlaw.values()) {
            Identified answer = flaw == TokenFlaw.NO_KEYS
                    ? new Identified.KeysMissing(flaw.refuse())
                    : new Identified.Rejected(flaw.refuse());
            answers.put(flaw, Future.succeededFuture(answer));
        }
        return answers;
    }

    /**
     * The token comes from {@code Authorization: Bearer}, else from the configured cookie. Where both hold a good token they
     * have to name the same caller. The future never fails.
     */
    public Future<Identified> authenticate(MultiMap headers, Instant now) {
        Credentials credentials = Credentials.in(headers, cookieName);
        if (credentials.flaw() != null) {
            return reject(credentials.flaw());
        }
        long millis = now.toEpochMilli();
        if (credentials.authorization() == null) {
            return identify(credentials.cookies().iterator().next(), 0, millis);
        }
        Future<Identified> identified = identify(credentials.authorization(), Credentials.TOKEN, millis);
        return credentials.cookies().isEmpty() ? identified : agreeing(identified, credentials.cookies(), millis);
    }

    private Future<Identified> identify(String text, int from, long now) {
        KeySet keys = source.current();
        Future<Identified> known = recall(text, from, keys, now);
        if (known != null) {
            metrics.remembered();
            return known;
        }
        String token = text.substring(from);
        TokenVerdict verdict = verifier.verify(token, keys, now);
        if (verdict instanceof TokenVerdict.Bad found && found.flaw() == TokenFlaw.KEY_UNKNOWN) {
            return lookAgain(token, keys, now);
        }
        return conclude(token, verdict, now);
    }

    private @Nullable Future<Identified> recall(String text, int from, KeySet keys, long now) {
        forgetOldKeys(keys);
        if (!keys.goodAt(now)) {
            return null;
        }
        Future<Identified> known = good.recall(text, from, now);
        return known == null ? bad.recall(text, from, now) : known;
    }

    private void forgetOldKeys(KeySet keys) {
        if (keys.revision() != revision) {
            good.forgetAll();
            bad.forgetAll();
            revision = keys.revision();
        }
    }

    private Future<Identified> lookAgain(String token, KeySet used, long now) {
        Optional<Future<KeySet>> newer = waiting < MAX_WAITING ? source.lookAgain() : Optional.empty();
        if (newer.isEmpty()) {
            KeySet keys = source.current();
            return keys.revision() == used.revision() ? reject(TokenFlaw.KEY_UNKNOWN) : again(token, keys, now);
        }
        Promise<Identified> answer = Promise.promise();
        waiting++;
        // The source completes it on a context of its own; what is kept here belongs to this loop.
        newer.get()
                .onComplete(loaded -> loop.execute(() -> {
                    waiting--;
                    again(token, source.current(), now).onComplete(answer);
                }));
        return answer.future();
    }

    /** With keys that came after the first look at the token: loaded for it, or meanwhile for another. */
    private Future<Identified> again(String token, KeySet keys, long now) {
        forgetOldKeys(keys);
        return conclude(token, verifier.verify(token, keys, now), now);
    }

    private Future<Identified> conclude(String token, TokenVerdict verdict, long now) {
        if (verdict instanceof TokenVerdict.Good verified) {
            metrics.verified();
            Future<Identified> known = Future.succeededFuture(new Identified.Known(verified.caller()));
            Validity validity = verified.validity();
            good.remember(token, known, validity.from(), validity.until());
            return known;
        }
        TokenFlaw flaw = ((TokenVerdict.Bad) verdict).flaw();
        if (flaw.worthRemembering()) {
            bad.remember(token, answer(flaw), now, now + BAD_MILLIS);
        }
        return reject(flaw);
    }

    private Future<Identified> agreeing(Future<Identified> identified, Set<String> cookies, long now) {
        return identified.compose(first -> agreed(first, cookies, now));
    }

    /** Only a second token that is good can contradict the first; it is not worth a wait for keys. */
    private Future<Identified> agreed(Identified first, Set<String> cookies, long now) {
        if (!(first instanceof Identified.Known known)) {
            return Future.succeededFuture(first);
        }
        for (String cookie : cookies) {
            if (contradicts(known.caller(), cookie, now)) {
                return reject(TokenFlaw.TWO_TOKENS);
            }
        }
        return Future.succeededFuture(first);
    }

    private boolean contradicts(Caller caller, String cookie, long now) {
        KeySet keys = source.current();
        Future<Identified> answer = recall(cookie, 0, keys, now);
        if (answer == null) {
            answer = conclude(cookie, verifier.verify(cookie, keys, now), now);
        }
        return answer.result() instanceof Identified.Known other && !same(caller, other.caller());
    }

    private static boolean same(Caller one, Caller other) {
        return one.store().equals(other.store()) && Objects.equals(one.user(), other.user());
    }

    private Future<Identified> reject(TokenFlaw flaw) {
        metrics.refused(flaw);
        return answer(flaw);
    }

    private static Future<Identified> answer(TokenFlaw flaw) {
        return Objects.requireNonNull(ANSWERS.get(flaw));
    }
}
