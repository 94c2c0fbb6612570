package io.github.postgresxa.quarkus.deployment;

import io.github.postgresxa.cdi.recovery.RecoveryAdapter;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.builditem.nativeimage.NativeImageProxyDefinitionBuildItem;
import io.quarkus.deployment.builditem.nativeimage.NativeImageResourcePatternsBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ReflectiveClassBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ServiceProviderBuildItem;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Statement;
import java.util.stream.Stream;

/**
 * Tells a native image what the core reaches by name. No such image was built with it yet: it is what can be read from
 * the code.
 */
public class NativeProcessor {

    private static final String MARK = "io.github.postgresxa.node.Watched$Mark";

    @BuildStep
    ServiceProviderBuildItem recovery() {
        return ServiceProviderBuildItem.allProvidersFromClassPath(RecoveryAdapter.class.getName());
    }

    @BuildStep
    NativeImageResourcePatternsBuildItem schema() {
        return NativeImageResourcePatternsBuildItem.builder()
                .includeGlob("io/github/postgresxa/schema/*.sql")
                .build();
    }

    /** The pool creates its connections through this class, and the check at start looks for the pool. */
    @BuildStep
    ReflectiveClassBuildItem pool() {
        return ReflectiveClassBuildItem.builder(
                        "io.github.postgresxa.node.WatchedDataSource", "io.agroal.pool.DataSource")
                .methods()
                .build();
    }

    /** What leaves the pool is a proxy: below it of two interfaces, in the hands of the application of one. */
    @BuildStep
    void proxies(BuildProducer<NativeImageProxyDefinitionBuildItem> proxies) {
        Stream.of(
                        Connection.class,
                        Statement.class,
                        PreparedStatement.class,
                        CallableStatement.class,
                        ResultSet.class,
                        ResultSetMetaData.class,
                        DatabaseMetaData.class,
                        ParameterMetaData.class,
                        Array.class,
                        Blob.class,
                        Clob.class,
                        NClob.class)
                .map(Class::getName)
                .forEach(type -> {
                    proxies.produce(new NativeImageProxyDefinitionBuildItem(type, MARK));
                    proxies.produce(new NativeImageProxyDefinitionBuildItem(type));
                });
    }
}
