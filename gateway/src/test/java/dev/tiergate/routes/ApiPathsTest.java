package dev.tiergate.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiPathsTest {

    @ParameterizedTest
    @CsvSource({
        "/api/v1/store/features, true",
        "/api/v1/store/features/, true",
        "/API/v1/store/Usage/check/orders, true",
        "/api/v1/store/events, true",
        "/api/v1/store, false",
        "/api/v1/store/featuresx, false",
        "/api/v1/store/orders, false",
        "/api/user/features, true",
        "/api/user/upgrade-suggestions, true",
        "/api/user/profile, false",
        "/ofrep/v1/evaluate/flags, true",
        "/ofrepx, false",
        "/, false"
    })
    void the_apis_own_their_paths_and_what_is_below(String path, boolean own) {
        assertThat(new ApiPaths(ApisConfig.DEFAULT).holds(Paths.path(path))).isEqualTo(own);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/store/usage, true, false, false",
        "/api/user/features, false, true, false",
        "/ofrep, false, false, true"
    })
    void a_group_that_is_off_owns_nothing(String path, boolean store, boolean user, boolean ofrep) {
        assertThat(new ApiPaths(new ApisConfig(store, user, ofrep)).holds(Paths.path(path)))
                .isTrue();
        assertThat(new ApiPaths(new ApisConfig(!store, !user, !ofrep)).holds(Paths.path(path)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/store/features/{code}, true",
        "/Api/V1/store/usage/**, true",
        "/api/v1/store/**, false",
        "/api/v1/{x}/usage, false",
        "/ofrep, true"
    })
    void a_pattern_is_owned_when_nothing_of_it_is_elsewhere(String pattern, boolean own) {
        assertThat(new ApiPaths(ApisConfig.DEFAULT)
                        .over(PatternParser.parse(pattern, Set.of()))
                        .isPresent())
                .isEqualTo(own);
    }
}
