package dev.tiergate.identity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A JWK Set (RFC 7517 section 5), read strictly.
 *
 * @param keys those that may be used; empty when the document is refused
 * @param problems of single keys, which do not keep the others from being used
 * @param alarming true when a problem needs somebody to act
 * @param refused why the whole document is not used; empty when it is
 */
record JwksDocument(List<VerificationKey> keys, List<String> problems, boolean alarming, String refused) {

    /** Ten times what large identity providers publish. */
    private static final int MAX_KEYS = 100;

    static JwksDocument read(byte[] json, Set<Algorithm> allowed) {
        Optional<Map<String, Object>> document = StrictJson.object(json, StrictJson.Nulls.ABSENT);
        if (document.isEmpty() || !(document.get().get("keys") instanceof List<?> members)) {
            return refused("it is not a JSON object with a list of keys");
        }
        if (members.size() > MAX_KEYS) {
            return refused("it has more than " + MAX_KEYS + " keys");
        }
        if (members.stream().anyMatch(JwksDocument::symmetric)) {
            // A secret that is published is none; beside public keys it would also let one be taken for the other.
            return refused("it holds a symmetric key");
        }
        return read(members, allowed);
    }

    private static boolean symmetric(Object member) {
        return member instanceof Map<?, ?> jwk && "oct".equals(jwk.get("kty"));
    }

    private static JwksDocument read(List<?> members, Set<Algorithm> allowed) {
        List<VerificationKey> keys = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        boolean alarming = false;
        for (int i = 0; i < members.size(); i++) {
            JwkReading reading = members.get(i) instanceof Map<?, ?> jwk
                    ? JwkReading.of(jwk, allowed)
                    : new JwkReading(null, "it is not an object", false);
            if (reading.key() != null) {
                keys.add(reading.key());
            } else {
                problems.add("key " + (i + 1) + ": " + reading.problem());
                alarming |= reading.alarming();
            }
        }
        return distinct(keys, problems, alarming);
    }

    private static JwksDocument distinct(List<VerificationKey> keys, List<String> problems, boolean alarming) {
        Map<String, VerificationKey> named = new LinkedHashMap<>();
        List<VerificationKey> unnamed = new ArrayList<>();
        for (VerificationKey key : keys) {
            if (key.id() == null) {
                unnamed.add(key);
                continue;
            }
            VerificationKey other = named.putIfAbsent(key.id(), key);
            if (other != null && !other.sameAs(key)) {
                return new JwksDocument(List.of(), problems, alarming, "two keys have the same kid");
            }
        }
        List<VerificationKey> all = new ArrayList<>(named.values());
        all.addAll(unnamed);
        return new JwksDocument(
                List.copyOf(all), List.copyOf(problems), alarming, all.isEmpty() ? "it has no usable key" : "");
    }

    private static JwksDocument refused(String why) {
        return new JwksDocument(List.of(), List.of(), false, why);
    }
}
