package dev.tiergate.identity;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Keys of a library whose primes are {@code k * M + (65537^a mod M)}, with M the product of the first primes, and so can be
 * factored (CVE-2017-15361; Nemec et al., "The Return of Coppersmith's Attack", 2017, section 3.2).
 */
final class Roca {

    private static final int GENERATOR = 65_537;
    private static final int LARGEST_PRIME = 167;

    /** A prime and its residues that are powers of the generator. */
    private record Trace(int prime, BitSet powers) {}

    private static final List<Trace> TRACES = traces();

    private Roca() {}

    private static List<Trace> traces() {
        List<Trace> traces = new ArrayList<>();
        for (int prime = 3; prime <= LARGEST_PRIME; prime += 2) {
            if (BigInteger.valueOf(prime).isProbablePrime(50)) {
                traces.add(new Trace(prime, powers(prime)));
            }
        }
        return traces;
    }

    private static BitSet powers(int prime) {
        BitSet powers = new BitSet(prime);
        int power = 1;
        while (!powers.get(power)) {
            powers.set(power);
            power = power * (GENERATOR % prime) % prime;
        }
        return powers;
    }

    /** True when the modulus bears the mark for every small prime; chance alone gives that to one key in 2^27. */
    static boolean marks(BigInteger modulus) {
        return TRACES.stream()
                .allMatch(trace -> trace.powers()
                        .get(modulus.mod(BigInteger.valueOf(trace.prime())).intValue()));
    }
}
