package dev.tiergate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls between the stages; a change that needs a hole in one belongs in {@code edge} or {@code Gateway}. */
@AnalyzeClasses(packages = "dev.tiergate", importOptions = ImportOption.DoNotIncludeTests.class)
class FencesTest {

    private static final String OURS = "dev.tiergate..";

    @ArchTest
    static final ArchRule plugins_know_the_plugin_api_only = stageKnows("dev.tiergate.plugin..");

    @ArchTest
    static final ArchRule routes_know_the_plugin_api = stageKnows("dev.tiergate.routes..");

    @ArchTest
    static final ArchRule identity_knows_no_other_stage = stageKnows("dev.tiergate.identity..");

    @ArchTest
    static final ArchRule entitlement_knows_no_other_stage = stageKnows("dev.tiergate.entitlement..");

    @ArchTest
    static final ArchRule limits_know_no_other_stage = stageKnows("dev.tiergate.limits..");

    @ArchTest
    static final ArchRule upstream_knows_no_other_stage = stageKnows("dev.tiergate.upstream..");

    @ArchTest
    static final ArchRule the_outbox_knows_no_stage = stageKnows("dev.tiergate.outbox..");

    @ArchTest
    static final ArchRule plugin_loading_knows_no_stage = stageKnows("dev.tiergate.plugins..");

    @ArchTest
    static final ArchRule telemetry_knows_no_stage = classes()
            .that()
            .resideInAPackage("dev.tiergate.telemetry..")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackage(OURS)
            .orShould()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.tiergate.telemetry..", "java..", "io.micrometer..", "org..", "ch..");

    @ArchTest
    static final ArchRule the_admin_api_knows_nothing_of_requests_to_upstreams = noClasses()
            .that()
            .resideInAPackage("dev.tiergate.api.admin..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.tiergate.edge..", "dev.tiergate.upstream..", "dev.tiergate.plugins..", "dev.tiergate");

    @ArchTest
    static final ArchRule only_the_root_knows_the_apis = noClasses()
            .that()
            .resideOutsideOfPackages("dev.tiergate", "dev.tiergate.api..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.tiergate.api..");

    @ArchTest
    static final ArchRule connections_to_redis_know_nothing_of_ours = noClasses()
            .that()
            .resideInAPackage("dev.tiergate.redis..")
            .should()
            .dependOnClassesThat(JavaClass.Predicates.resideInAPackage(OURS)
                    .and(JavaClass.Predicates.resideOutsideOfPackage("dev.tiergate.redis..")));

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("dev.tiergate.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule deciding_is_pure = noClasses()
            .that()
            .haveNameMatching("dev\\.tiergate\\.(limits\\.Windows|limits\\.WindowSpan|entitlement\\.Rule"
                    + "|entitlement\\.Catalogue|entitlement\\.TierView|edge\\.PathReader|edge\\.CarefulPath"
                    + "|identity\\.ClaimRules|identity\\.HeaderRules|routes\\.CompiledRouteTable"
                    + "|api\\.(FeatureAnswer|FeatureViews|UpgradeOffer|UsageView|UsageViews|UserViews))")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.vertx..");

    private static ArchRule stageKnows(String stage) {
        return noClasses()
                .that()
                .resideInAPackage(stage)
                .should()
                .dependOnClassesThat(JavaClass.Predicates.resideInAPackage(OURS)
                        .and(JavaClass.Predicates.resideOutsideOfPackages(
                                stage,
                                "dev.tiergate.plugin..",
                                "dev.tiergate.routes..",
                                "dev.tiergate.telemetry..",
                                "dev.tiergate.redis..")));
    }
}
