package dev.tiergate.upstream;

import dev.tiergate.routes.UpstreamConfig.Balance;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Chooses an endpoint among those that have room and are fit; when none is fit, among all that have room. */
final class Balancer {

    private final List<Endpoint> endpoints;
    private final Balance balance;
    private final RandomGenerator random;
    private int turn;

    Balancer(List<Endpoint> endpoints, Balance balance, RandomGenerator random) {
        this.endpoints = List.copyOf(endpoints);
        this.balance = balance;
        this.random = random;
    }

    /**
     * Null when none has room.
     *
     * @param now nanoseconds of the monotonic clock
     * @param tried endpoints that this exchange could not reach
     */
    @Nullable
    Endpoint pick(long now, List<Endpoint> tried) {
        boolean panic = noneFit(now);
        return switch (balance) {
            case ROUND_ROBIN -> next(now, tried, panic);
            case LEAST_REQUESTS -> leastLoaded(now, tried, panic);
            case RANDOM -> lighterOfTwo(now, tried, panic);
        };
    }

    private boolean noneFit(long now) {
        for (int i = 0; i < endpoints.size(); i++) {
            if (endpoints.get(i).fit(now)) {
                return false;
            }
        }
        return true;
    }

    private static boolean eligible(Endpoint endpoint, long now, List<Endpoint> tried, boolean panic) {
        return endpoint.hasRoom() && (panic || endpoint.fit(now)) && !tried.contains(endpoint);
    }

    private @Nullable Endpoint next(long now, List<Endpoint> tried, boolean panic) {
        int size = endpoints.size();
        for (int i = 0; i < size; i++) {
            Endpoint endpoint = endpoints.get(turn);
            turn = turn + 1 == size ? 0 : turn + 1;
            if (eligible(endpoint, now, tried, panic)) {
                return endpoint;
            }
        }
        return null;
    }

    /** Starts at another endpoint each time, so that equals take turns. */
    private @Nullable Endpoint leastLoaded(long now, List<Endpoint> tried, boolean panic) {
        int size = endpoints.size();
        turn = turn + 1 == size ? 0 : turn + 1;
        Endpoint least = null;
        for (int i = 0; i < size; i++) {
            Endpoint endpoint = endpoints.get((turn + i) % size);
            if (eligible(endpoint, now, tried, panic) && (least == null || endpoint.active() < least.active())) {
                least = endpoint;
            }
        }
        return least;
    }

    /** The power of two choices: nearly as even as least-requests, without its herd. */
    private @Nullable Endpoint lighterOfTwo(long now, List<Endpoint> tried, boolean panic) {
        if (endpoints.size() == 1) {
            return eligible(endpoints.get(0), now, tried, panic) ? endpoints.get(0) : null;
        }
        List<Endpoint> candidates = new ArrayList<>(endpoints.size());
        for (int i = 0; i < endpoints.size(); i++) {
            if (eligible(endpoints.get(i), now, tried, panic)) {
                candidates.add(endpoints.get(i));
            }
        }
        if (candidates.size() < 2) {
            return candidates.isEmpty() ? null : candidates.get(0);
        }
        int first = random.nextInt(candidates.size());
        int second = random.nextInt(candidates.size() - 1);
        if (second >= first) {
            second++;
        }
        Endpoint one = candidates.get(first);
        Endpoint other = candidates.get(second);
        return other.active() < one.active() ? other : one;
    }
}
