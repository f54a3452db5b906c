package dev.tiergate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyedRequestTest {

    private static final String KEY = "a-secret-key";

    private final FakeCall call = FakeCall.of().by("ann").to("/orders?x=1");

    @Test
    void the_same_request_looks_the_same_whatever_its_id() {
        var first = of(call.under("1"), "body");
        var second = of(call.under("2"), "body");

        assertThat(second.place()).isEqualTo(first.place());
        assertThat(second.print()).isEqualTo(first.print());
        assertThat(List.of(first.owner(), second.owner())).containsExactly("1", "2");
    }

    @Test
    void path_query_and_body_make_another_request_of_it() {
        Set<String> prints = new HashSet<>();
        var calls =
                List.of(call, call.to("/orders"), call.to("/orders?"), call.to("/orders?x=2"), call.to("/Orders?x=1"));
        calls.forEach(each -> prints.add(of(each, "body").print()));
        prints.add(of(call, "").print());
        prints.add(of(call, "bodY").print());

        assertThat(prints).hasSize(calls.size() + 2);
    }

    @Test
    void a_long_body_counts_to_its_last_byte() {
        byte[] bytes = new byte[1024 * 1024];
        String print = print(bytes);
        bytes[bytes.length - 1] = 1;

        assertThat(print(bytes)).isNotEqualTo(print);
    }

    private String print(byte[] body) {
        return KeyedRequest.of(call, LimitCheck.subject(call), KEY, Buffer.buffer(body))
                .print();
    }

    @Test
    void store_user_mode_and_key_have_a_place_of_their_own() {
        Set<String> places = new HashSet<>();
        places.add(of(call, "").place());
        places.add(of(FakeCall.of().by("ann"), "").place());
        places.add(of(call.by("bob"), "").place());
        places.add(of(call.by(null), "").place());
        places.add(of(call.by(""), "").place());
        places.add(of(call.inShadow(), "").place());
        places.add(KeyedRequest.of(call, LimitCheck.subject(call), KEY + '2', Buffer.buffer())
                .place());

        assertThat(places).hasSize(7);
    }

    @Test
    void the_place_carries_the_stores_tag_and_nothing_of_the_key_or_the_user() {
        String place = of(call, "").place();

        assertThat(place).matches("tg:\\{" + call.store().externalId() + "}:idem:[A-Za-z0-9_-]{43}");
        assertThat(of(call.inShadow(), "").place()).startsWith("tg:s:{");
    }

    private static KeyedRequest of(FakeCall call, String body) {
        return KeyedRequest.of(call, LimitCheck.subject(call), KEY, Buffer.buffer(body));
    }
}
