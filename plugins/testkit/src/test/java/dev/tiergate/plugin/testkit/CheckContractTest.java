package dev.tiergate.plugin.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** The contract tells each fault, and finds none where there is none. */
class CheckContractTest {

    @Test
    void a_check_without_a_fault_keeps_the_contract() {
        FaultyContract.fault = null;
        assertThat(failures(FaultyContract.class)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void each_fault_is_told(Fault fault) {
        FaultyContract.fault = fault;
        assertThat(failures(FaultyContract.class)).contains(fault.test());
    }

    @Test
    void a_cost_without_a_fault_keeps_the_contract() {
        FaultyCostContract.fault = null;
        assertThat(failures(FaultyCostContract.class)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void each_fault_of_a_cost_is_told(CostFault fault) {
        FaultyCostContract.fault = fault;
        assertThat(failures(FaultyCostContract.class)).contains(fault.test());
    }

    @Test
    void a_limit_without_a_fault_keeps_the_contract() {
        FaultyQuotaContract.fault = null;
        assertThat(failures(FaultyQuotaContract.class)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void each_fault_of_a_limit_is_told(QuotaFault fault) {
        FaultyQuotaContract.fault = fault;
        assertThat(failures(FaultyQuotaContract.class)).contains(fault.test());
    }

    @Test
    void a_descriptor_that_does_not_fit_is_told() {
        assertThat(failures(MisdescribedContract.class))
                .contains(
                        "its_schema_has_the_keys_of_its_configuration_and_no_others",
                        "it_takes_a_configuration_that_works_and_reads_it_twice_alike",
                        "what_cannot_work_is_a_problem_with_its_place");
    }

    /** The names of the tests that failed. */
    private static List<String> failures(Class<?> contract) {
        var told = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(request().selectors(selectClass(contract)).build(), told);
        var summary = told.getSummary();
        assertThat(summary.getTestsStartedCount()).isPositive();
        return summary.getFailures().stream()
                .map(failure -> failure.getTestIdentifier().getSource().orElseThrow())
                .map(source -> ((MethodSource) source).getMethodName())
                .distinct()
                .toList();
    }
}
