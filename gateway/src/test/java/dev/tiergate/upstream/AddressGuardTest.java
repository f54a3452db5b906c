package dev.tiergate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.routes.Cidr;
import dev.tiergate.routes.TargetRule;
import dev.tiergate.telemetry.GateMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {

    private static final long SECOND = 1_000_000_000;
    private static final SocketAddress PLACE = SocketAddress.inetSocketAddress(8080, "192.0.2.1");

    private final AtomicBoolean own = new AtomicBoolean();

    /** The monotonic clock may begin anywhere. */
    private final AtomicLong clock = new AtomicLong(Long.MIN_VALUE + 7);

    @Test
    void where_a_connection_led_is_asked_again_after_a_second_and_not_before() {
        var guard = guard(new TargetRule(List.of()).reserving((address, port) -> own.get()));
        assertThat(guard.objection("shop", PLACE)).isEmpty();
        own.set(true);
        clock.addAndGet(SECOND - 1);
        assertThat(guard.objection("shop", PLACE)).isEmpty();
        clock.incrementAndGet();
        assertThat(guard.objection("shop", PLACE)).isPresent();
    }

    @Test
    void an_objection_is_not_kept() {
        var guard = guard(new TargetRule(List.of()).reserving((address, port) -> own.get()));
        own.set(true);
        assertThat(guard.objection("shop", PLACE)).isPresent();
        own.set(false);
        assertThat(guard.objection("shop", PLACE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1:8081", "192.0.2.2:8080"})
    void what_passed_says_nothing_of_another_place(String other) {
        var guard = guard(new TargetRule(List.of()).reserving((address, port) -> own.get()));
        assertThat(guard.objection("shop", PLACE)).isEmpty();
        own.set(true);
        var parts = other.split(":", 2);
        var place = SocketAddress.inetSocketAddress(Integer.parseInt(parts[1]), parts[0]);
        assertThat(guard.objection("shop", place)).isPresent();
    }

    /** An address that is written out was judged when its file was read; a name that leads there is judged here. */
    @Test
    void what_passed_for_one_host_says_nothing_of_another() {
        var guard = guard(new TargetRule(List.of(new Cidr("192.0.2.0/24")), List.of()));
        assertThat(guard.objection("192.0.2.1", PLACE)).isEmpty();
        assertThat(guard.objection("shop", PLACE)).isPresent();
    }

    @Test
    void a_connection_of_which_nobody_knows_where_it_led_is_refused() {
        assertThat(guard(new TargetRule(List.of())).objection("shop", null)).contains("no address");
    }

    private AddressGuard guard(TargetRule targets) {
        return new AddressGuard("shop", targets, new GateMetrics(new SimpleMeterRegistry()), clock::get);
    }
}
