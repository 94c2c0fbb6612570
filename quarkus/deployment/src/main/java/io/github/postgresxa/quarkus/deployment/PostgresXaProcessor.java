package io.github.postgresxa.quarkus.deployment;

import io.github.postgresxa.PostgresXa;
import io.github.postgresxa.cdi.config.ApplicationConfiguration;
import io.github.postgresxa.cdi.lifecycle.PostgresXaCustomizer;
import io.github.postgresxa.cdi.transactional.TransactionalInterceptors;
import io.github.postgresxa.quarkus.runtime.PostgresXaRecorder;
import io.quarkus.arc.deployment.AdditionalBeanBuildItem;
import io.quarkus.arc.deployment.BeanContainerBuildItem;
import io.quarkus.arc.deployment.QualifierRegistrarBuildItem;
import io.quarkus.arc.deployment.SyntheticBeanBuildItem;
import io.quarkus.arc.deployment.SyntheticBeansRuntimeInitBuildItem;
import io.quarkus.arc.deployment.UnremovableBeanBuildItem;
import io.quarkus.arc.processor.QualifierRegistrar;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.Consume;
import io.quarkus.deployment.annotations.ExecutionTime;
import io.quarkus.deployment.annotations.Produce;
import io.quarkus.deployment.annotations.Record;
import io.quarkus.deployment.builditem.ApplicationInfoBuildItem;
import io.quarkus.deployment.builditem.CombinedIndexBuildItem;
import io.quarkus.deployment.builditem.FeatureBuildItem;
import io.quarkus.deployment.builditem.IndexDependencyBuildItem;
import io.quarkus.deployment.builditem.ServiceStartBuildItem;
import io.quarkus.deployment.builditem.ShutdownContextBuildItem;
import io.quarkus.narayana.jta.deployment.NarayanaInitBuildItem;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Named;
import jakarta.transaction.TransactionManager;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.DotName;

/** Makes the beans, and lets the core start and end with the application. */
public class PostgresXaProcessor {

    static final String FEATURE = "postgres-xa";

    private static final DotName NAMED = DotName.createSimple(Named.class);

    @BuildStep
    FeatureBuildItem feature() {
        return new FeatureBuildItem(FEATURE);
    }

    /** Checks what is known now. Values, and keys of other sources, are checked when the application starts. */
    @BuildStep
    NodesBuildItem nodes(CombinedIndexBuildItem index) {
        ApplicationConfiguration configuration = ApplicationConfiguration.of(ConfigProvider.getConfig());
        if (!configuration.isEnabled()) {
            return new NodesBuildItem(List.of());
        }
        configuration.checkKeys();
        return new NodesBuildItem(KnownNodes.find(configuration, index.getIndex()));
    }

    @BuildStep
    QualifierRegistrarBuildItem qualifier() {
        return new QualifierRegistrarBuildItem(new QualifierRegistrar() {
            @Override
            public Map<DotName, Set<String>> getAdditionalQualifiers() {
                return Map.of(KnownNodes.NODE, Set.of());
            }
        });
    }

    /** An application extends the resource for operators, whose methods have to be known. */
    @BuildStep
    IndexDependencyBuildItem operations() {
        return new IndexDependencyBuildItem("io.github.postgresxa", "postgres-xa-cdi");
    }

    /** An SQLException that leaves a method rolls back, as with the CDI module elsewhere. */
    @BuildStep
    AdditionalBeanBuildItem interceptors() {
        return AdditionalBeanBuildItem.builder()
                .addBeanClasses(TransactionalInterceptors.all().toArray(Class<?>[]::new))
                .build();
    }

    @BuildStep
    UnremovableBeanBuildItem used() {
        return UnremovableBeanBuildItem.beanTypes(
                TransactionManager.class, TransactionSynchronizationRegistry.class, PostgresXaCustomizer.class);
    }

    @BuildStep
    @Record(ExecutionTime.RUNTIME_INIT)
    ConfiguredNodesBuildItem configure(
            PostgresXaRecorder recorder, NodesBuildItem nodes, ApplicationInfoBuildItem application) {
        return new ConfiguredNodesBuildItem(recorder.configure(nodes.names(), application.getName()));
    }

    @BuildStep
    @Record(ExecutionTime.RUNTIME_INIT)
    void beans(
            PostgresXaRecorder recorder,
            NodesBuildItem nodes,
            ConfiguredNodesBuildItem configured,
            BuildProducer<SyntheticBeanBuildItem> beans) {
        beans.produce(SyntheticBeanBuildItem.configure(PostgresXa.class)
                .scope(Dependent.class)
                .unremovable()
                .setRuntimeInit()
                .supplier(recorder.core(configured.nodes()))
                .done());
        beans.produce(SyntheticBeanBuildItem.configure(DataSource.class)
                .scope(Dependent.class)
                .unremovable()
                .setRuntimeInit()
                .supplier(recorder.primary(configured.nodes()))
                .done());
        for (String node : nodes.names()) {
            beans.produce(SyntheticBeanBuildItem.configure(DataSource.class)
                    .scope(Dependent.class)
                    .addQualifier(AnnotationInstance.builder(KnownNodes.NODE)
                            .add("value", node)
                            .build())
                    .addQualifier(AnnotationInstance.builder(NAMED)
                            .add("value", node + "DataSource")
                            .build())
                    .unremovable()
                    .setRuntimeInit()
                    .supplier(recorder.node(configured.nodes(), node))
                    .done());
        }
    }

    @BuildStep
    @Record(ExecutionTime.RUNTIME_INIT)
    @Consume(SyntheticBeansRuntimeInitBuildItem.class)
    @Consume(NarayanaInitBuildItem.class)
    @Consume(BeanContainerBuildItem.class)
    @Consume(NodesAreCustomizedBuildItem.class)
    @Produce(NodesHaveStartedBuildItem.class)
    ServiceStartBuildItem start(
            PostgresXaRecorder recorder, ConfiguredNodesBuildItem configured, ShutdownContextBuildItem shutdown) {
        recorder.start(configured.nodes(), shutdown);
        return new ServiceStartBuildItem(FEATURE);
    }
}
