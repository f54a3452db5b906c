package dev.tiergate.api.admin;

import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why what a store wanted to have written or read was not done. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(RefusedException.class);

    private final int status;
    private final String reason;

    private RefusedException(Problem problem, String detail) {
        super(detail, null, false, false);
        this.status = problem.status();
        this.reason = problem.reason();
    }

    public int status() {
        return status;
    }

    public String reason() {
        return reason;
    }

    /** @param what of the store it is about, as a sentence begins; what nobody foresaw is a 503 */
    static <T> Future<T> of(Throwable fault, String what) {
        var problem = Problem.in(fault).or(() -> SqlProblems.of(fault)).orElseGet(() -> {
            LOG.error("{} could not be had", what, fault);
            return Problem.unavailable(what + " cannot be had at the moment");
        });
        var detail = problem.errors().stream()
                .findFirst()
                .map(first -> first.name() + " " + first.detail())
                .orElse(problem.detail());
        return Future.failedFuture(new RefusedException(problem, detail));
    }
}
