package dev.tiergate.api.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.RunningGateway;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many editors at once, on two gateways: what each did is there in the end, whole. */
class EditorsIT {

    private static final int EDITORS = 50;
    private static final int OK = 200;
    private static final int CHANGED_MEANWHILE = 412;
    private static final List<String> TIERS = List.of("essential", "professional", "business", "enterprise");
    private static final String ROUTES = "routes: [ { path: /health, public: true, upstream: shop } ]\n";

    private static RunningGateway one;
    private static RunningGateway other;
    private static List<AdminClient> clients;

    @BeforeAll
    static void open() throws Exception {
        one = RunningGateway.start(ROUTES);
        other = RunningGateway.start(ROUTES, Map.of("TIERGATE_DATABASE_URL", one.database()), List.of());
        clients = List.of(new AdminClient(one), new AdminClient(other));
    }

    @AfterAll
    static void close() throws Exception {
        one.close();
        other.close();
    }

    private static AdminClient client(int editor) {
        return clients.get(editor % 2);
    }

    private static long revisions() {
        return client(0)
                .get("/api/v1/admin/audit?limit=1")
                .object()
                .getJsonArray("items")
                .getJsonObject(0)
                .getLong("id");
    }

    private static void all(List<Callable<Void>> editors) throws Exception {
        var pool = Executors.newFixedThreadPool(EDITORS);
        try {
            for (Future<Void> done : pool.invokeAll(editors)) {
                done.get();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** Reads, changes what was read, and begins again where another was faster. */
    private static Void sign(int editor) {
        var path = "/api/v1/admin/subscriptions/tiers/" + TIERS.get(editor % TIERS.size());
        int status;
        do {
            var now = client(editor).get(path);
            var text = now.object().getString("description") + "#" + editor + ";";
            status = client(editor)
                    .patch(path, new JsonObject().put("description", text), now.etag())
                    .status();
            assertThat(status).isIn(OK, CHANGED_MEANWHILE);
        } while (status != OK);
        return null;
    }

    @Test
    void nothing_is_lost_of_what_fifty_editors_write_into_four_tiers() throws Exception {
        var before = revisions();
        all(IntStream.range(0, EDITORS)
                .<Callable<Void>>mapToObj(editor -> () -> sign(editor))
                .toList());
        var signed = new StringBuilder();
        for (var tier : TIERS) {
            signed.append(client(0)
                    .get("/api/v1/admin/subscriptions/tiers/" + tier)
                    .object()
                    .getString("description"));
        }
        for (int editor = 0; editor < EDITORS; editor++) {
            assertThat(signed.toString()).containsOnlyOnce("#" + editor + ";");
        }
        assertThat(revisions()).isEqualTo(before + EDITORS);
        assertThat(AuditVerifier.verify(one.database(), rows -> {}).broken()).isNull();
    }

    private static Void assign(int editor) {
        var path = "/api/v1/admin/subscriptions/features/tiers/" + TIERS.get(editor % 2) + "/limits";
        int status;
        do {
            var now = client(editor).get(path);
            assertThat(amounts(now)).as("never half of one and half of another").hasSize(1);
            var wanted = now.array();
            for (var entry : wanted) {
                for (var limit : ((JsonObject) entry).getJsonArray("limits")) {
                    ((JsonObject) limit).put("limit_value", 1000 + editor);
                }
            }
            status = client(editor).put(path, wanted, now.etag()).status();
            assertThat(status).isIn(OK, CHANGED_MEANWHILE);
        } while (status != OK);
        return null;
    }

    private static List<Integer> amounts(AdminClient.Answer answer) {
        var amounts = new ArrayList<Integer>();
        for (var entry : answer.array()) {
            for (var limit : ((JsonObject) entry).getJsonArray("limits")) {
                amounts.add(((JsonObject) limit).getInteger("limit_value"));
            }
        }
        return amounts.stream().distinct().toList();
    }

    @Test
    void an_assignment_is_never_half_of_one_editors_and_half_of_anothers() throws Exception {
        one.sql("UPDATE tier_limits SET limit_value = 1");
        var before = revisions();
        all(IntStream.range(0, EDITORS)
                .<Callable<Void>>mapToObj(editor -> () -> assign(editor))
                .toList());
        for (var tier : TIERS.subList(0, 2)) {
            var path = "/api/v1/admin/subscriptions/features/tiers/" + tier + "/limits";
            assertThat(amounts(client(0).get(path))).hasSize(1).allMatch(amount -> amount >= 1000);
        }
        assertThat(revisions()).isEqualTo(before + EDITORS);
    }
}
