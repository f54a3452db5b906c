package dev.tiergate.entitlement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiergate.entitlement.CatalogueRows.ModelGroup;
import dev.tiergate.entitlement.CatalogueRows.TierRow;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueYamlTest {

    @Test
    void what_is_written_is_read_as_the_same() {
        var rows = Catalogues.rows(Fixtures.SHOP);
        var written = CatalogueYaml.write("shop", rows);
        assertThat(CatalogueComparison.between(rows, Catalogues.rows(written))).isEmpty();
        assertThat(CatalogueYaml.write("shop", Catalogues.rows(written))).isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Plain words",
                "true",
                "null",
                "~",
                "0123",
                "1e5",
                "a: b",
                "a #b",
                "- a",
                "[a]",
                "it's \"quoted\" \\ back",
                "two\nlines\tand\r",
                "{{7*7}} <img src=x onerror=1>",
                "Größe 🎁",
                "a\u2028b\u0085c\u00a0d",
                " spaces around ",
                "",
                "%percent",
                "@at",
                "${HOME}"
            })
    void any_text_comes_back_as_it_was(String text) {
        var rows = new CatalogueRows(
                0,
                List.of(new TierRow("shop", "low", "Low", text, 1, null, null, true, true)),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(new ModelGroup("shop", "models", "Models", List.of(text, "other"))),
                List.of(),
                null);
        var again = Catalogues.rows(CatalogueYaml.write("shop", rows));
        assertThat(again.tiers().get(0).description()).isEqualTo(text);
        assertThat(again.modelGroups().get(0).models()).containsExactly(text, "other");
    }
}
