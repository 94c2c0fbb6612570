package io.github.postgresxa.quarkus.deployment;

import io.quarkus.deployment.IsDevServicesSupportedByLaunchMode;
import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.annotations.BuildSteps;
import io.quarkus.deployment.builditem.DevServicesResultBuildItem;
import io.quarkus.deployment.builditem.LaunchModeBuildItem;
import io.quarkus.deployment.dev.devservices.DevServicesConfig;
import io.quarkus.deployment.pkg.builditem.OutputTargetBuildItem;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;

/** Starts a PostgreSQL of its own for each node without an address, in dev mode and in tests. Docker is not needed. */
@BuildSteps(onlyIf = {IsDevServicesSupportedByLaunchMode.class, DevServicesConfig.Enabled.class})
public class DevNodesProcessor {

    @BuildStep
    void start(
            NodesBuildItem nodes,
            LaunchModeBuildItem mode,
            OutputTargetBuildItem target,
            BuildProducer<DevServicesResultBuildItem> services) {
        Path directory = target.getOutputDirectory()
                .resolve("postgres-xa-" + mode.getLaunchMode().name().toLowerCase(Locale.ROOT));
        for (String node : nodes.names()) {
            String key = "postgres.xa.nodes." + node + ".";
            if (ConfigProvider.getConfig().getConfigValue(key + "url").getRawValue() == null) {
                services.produce(DevServicesResultBuildItem.<DevNode>owned()
                        .feature(PostgresXaProcessor.FEATURE)
                        .serviceName(node)
                        .description("node '%s' in %s".formatted(node, directory.resolve(node)))
                        .serviceConfig(directory.toString())
                        .startable(() -> new DevNode(node, directory.resolve(node)))
                        .configProvider(Map.of(
                                key + "url", DevNode::getConnectionInfo,
                                key + "username", DevNode::username,
                                key + "password", DevNode::password))
                        .build());
            }
        }
    }
}
