package io.muster.tests.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

@AnalyzeClasses(packages = "io.muster", importOptions = ImportOption.DoNotIncludeTests.class)
final class ModuleRulesTest {
    /** The table of ARCHITECTURE.md: what a module may use of Muster besides itself. */
    private static final Map<String, List<String>> MAY_USE =
            new TreeMap<>(
                    Map.of(
                            "api", List.of(),
                            "sdk", List.of(),
                            "testkit", List.of("api"),
                            "transport", List.of("api"),
                            "broker", List.of("api"),
                            "server", List.of("api", "transport"),
                            "agent", List.of("api", "transport"),
                            "cli", List.of("api", "transport"),
                            "simulators",
                                    List.of("api", "transport", "server", "agent", "testkit")));

    /**
     * By the compiler of protobuf. To programs that use the SDK, the messages are its interface.
     */
    private static final String[] GENERATED = {"io.muster.api.proto..", "io.muster.sdk.proto.."};

    private static final String[] CORES = {
        "io.muster.server.core..", "io.muster.agent.reconcile.."
    };

    /** What is put together by hand, top to bottom, when a program starts. */
    private static final DescribedPredicate<JavaClass> PROGRAM =
            simpleName("Main").or(simpleName("ServerProgram")).or(simpleName("AgentProcess"));

    @ArchTest
    static final ArchRule modules_use_only_what_the_table_allows =
            classes().that().resideInAPackage("io.muster..").should(useOnlyWhatTheTableAllows());

    @ArchTest
    static final ArchRule generated_messages_stay_in_the_codec =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("io.muster.api.codec..", "io.muster.api.proto..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.muster.api.proto..");

    @ArchTest
    static final ArchRule cores_know_no_clock_thread_io_or_log =
            noClasses()
                    .that()
                    .resideInAnyPackage(CORES)
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .dependOnClassesThat(
                            resideInAnyPackage(
                                            "java.io..",
                                            "java.net..",
                                            "java.nio.file..",
                                            "java.util.concurrent..",
                                            "org.slf4j..",
                                            "io.muster.api.shell..",
                                            "io.muster.api.host..",
                                            "io.muster.api.bus..",
                                            "io.muster.transport..")
                                    .and(not(simpleName("ProcessRef"))) // these two are values
                                    .and(not(simpleName("Payload"))));

    /** The SDK runs in programs of users, which nobody simulates. */
    @ArchTest
    static final ArchRule only_the_machine_itself_and_programs_tell_the_time =
            noClasses()
                    .that(
                            not(simpleName("Main"))
                                    .and(
                                            not(
                                                    resideInAnyPackage(
                                                            "io.muster.api.host..",
                                                            "io.muster.sdk..",
                                                            "io.muster.testkit.."))))
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule only_the_command_line_prints =
            noClasses()
                    .that()
                    .resideOutsideOfPackages("io.muster.cli..")
                    .should()
                    .accessField(System.class, "out");

    @ArchTest
    static final ArchRule only_programs_and_adapters_name_the_machine =
            noClasses()
                    .that(
                            not(PROGRAM)
                                    .and(
                                            not(
                                                    resideInAnyPackage(
                                                            "io.muster.api.host..",
                                                            "io.muster.cli..",
                                                            "io.muster.testkit.."))))
                    .should()
                    .dependOnClassesThat(resideInAPackage("io.muster.api.host.."));

    @ArchTest
    static final ArchRule libraries_stay_behind_their_adapters_hivemq =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.muster.transport.mqtt..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("com.hivemq..");

    @ArchTest
    static final ArchRule libraries_stay_behind_their_adapters_moquette =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.muster.broker..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.moquette..");

    @ArchTest
    static final ArchRule libraries_stay_behind_their_adapters_sqlite =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.muster.server.store..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.sql..", "org.sqlite..");

    @ArchTest
    static final ArchRule packages_have_no_cycles =
            slices().matching("io.muster.(*).(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule every_package_is_null_marked =
            classes()
                    .that()
                    .resideInAPackage("io.muster..")
                    .and()
                    .resideOutsideOfPackages(GENERATED)
                    .should(liveInANullMarkedPackage());

    @ArchTest
    static final ArchRule classes_are_final_unless_made_to_be_extended =
            classes()
                    .that()
                    .resideInAPackage("io.muster..")
                    .and()
                    .resideOutsideOfPackages(GENERATED)
                    .and()
                    .areNotInterfaces()
                    .and()
                    .areNotEnums()
                    .and()
                    .doNotHaveModifier(JavaModifier.ABSTRACT)
                    .and()
                    .areNotAnonymousClasses()
                    .should()
                    .haveModifier(JavaModifier.FINAL);

    private static ArchCondition<JavaClass> useOnlyWhatTheTableAllows() {
        return new ArchCondition<>("use only what the table allows") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                var module = moduleOf(item);
                var allowed = MAY_USE.get(module);
                if (allowed == null) {
                    events.add(
                            SimpleConditionEvent.violated(
                                    item, item.getName() + " is in no module of the table"));
                    return;
                }
                for (var dependency : item.getDirectDependenciesFromSelf()) {
                    var target = dependency.getTargetClass();
                    if (!target.getPackageName().startsWith("io.muster.")) {
                        continue;
                    }
                    var used = moduleOf(target);
                    boolean mainNamesBroker =
                            module.equals("server")
                                    && used.equals("broker")
                                    && item.getPackageName().equals("io.muster.server");
                    if (!used.equals(module) && !allowed.contains(used) && !mainNamesBroker) {
                        events.add(
                                SimpleConditionEvent.violated(item, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
        return new ArchCondition<>("live in a package that is @NullMarked") {
            @Override
            public void check(JavaClass item, ConditionEvents events) {
                boolean marked =
                        item.getPackage()
                                .tryGetAnnotationOfType("org.jspecify.annotations.NullMarked")
                                .isPresent();
                events.add(
                        new SimpleConditionEvent(
                                item,
                                marked,
                                item.getPackageName() + " has no package-info with @NullMarked"));
            }
        };
    }

    private static String moduleOf(JavaClass item) {
        var rest = item.getPackageName().substring("io.muster.".length());
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }
}
