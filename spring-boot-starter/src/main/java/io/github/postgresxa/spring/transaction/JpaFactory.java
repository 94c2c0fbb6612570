package io.github.postgresxa.spring.transaction;

import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceUnitTransactionType;
import jakarta.persistence.spi.PersistenceUnitInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.orm.jpa.AbstractEntityManagerFactoryBean;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;
import org.springframework.util.ClassUtils;

/**
 * Describes an EntityManagerFactory. JPA and Spring's support for it are optional, so their types are not in the
 * signatures that others call.
 *
 * @param unit the name of its persistence unit, if it has one
 * @param isLocal whether its transactions are RESOURCE_LOCAL, so that its sessions take no part in JTA transactions
 * @param settings among them its DataSources
 */
record JpaFactory(@Nullable String unit, boolean isLocal, Collection<?> settings) {

    private static final boolean JPA = isPresent("jakarta.persistence.EntityManagerFactory");
    private static final boolean SPRING_ORM = JPA && isPresent("org.springframework.orm.jpa.EntityManagerFactoryInfo");

    private static boolean isPresent(String type) {
        return ClassUtils.isPresent(type, JpaFactory.class.getClassLoader());
    }

    /** {@return whether Spring can bind JPA sessions to a transaction} */
    static boolean isSupportedBySpring() {
        return SPRING_ORM;
    }

    /** {@return whether a bean is a factory, or Spring's bean that builds one} */
    static boolean isOne(Object bean) {
        return JPA && Jpa.isFactory(bean) || SPRING_ORM && SpringOrm.isInfo(bean);
    }

    /** {@return what is known of a bean that is one; if it is still being built, this does not wait for it} */
    static JpaFactory of(Object bean) {
        return SPRING_ORM && SpringOrm.isInfo(bean) ? SpringOrm.describe(bean) : Jpa.describe(bean);
    }

    /** {@return what is known of a factory that has sessions already} */
    static JpaFactory inUse(Object factory) {
        return SPRING_ORM && SpringOrm.isInfo(factory) ? SpringOrm.describeBuilt(factory) : Jpa.describe(factory);
    }

    /**
     * Finds the node that it works on.
     *
     * @param nodes finds the node behind a DataSource
     */
    Optional<String> node(Function<DataSource, Optional<String>> nodes) {
        return settings.stream()
                .filter(DataSource.class::isInstance)
                .flatMap(each -> nodes.apply((DataSource) each).stream())
                .findFirst();
    }

    /** Knows any factory. */
    private static final class Jpa {

        static boolean isFactory(Object bean) {
            return bean instanceof EntityManagerFactory;
        }

        static JpaFactory describe(Object bean) {
            EntityManagerFactory factory = (EntityManagerFactory) bean;
            return new JpaFactory(
                    factory.getName(),
                    factory.getTransactionType() == PersistenceUnitTransactionType.RESOURCE_LOCAL,
                    factory.getProperties().values());
        }
    }

    /** Knows what Spring builds, perhaps on another thread while the application starts. */
    private static final class SpringOrm {

        static boolean isInfo(Object bean) {
            return bean instanceof EntityManagerFactoryInfo;
        }

        static JpaFactory describe(Object bean) {
            EntityManagerFactoryInfo info = (EntityManagerFactoryInfo) bean;
            PersistenceUnitInfo unit = info.getPersistenceUnitInfo();
            boolean isBuilt =
                    bean instanceof AbstractEntityManagerFactoryBean builder && builder.getBootstrapExecutor() == null;
            if (isBuilt || unit == null) {
                return describeBuilt(bean);
            }
            return new JpaFactory(
                    info.getPersistenceUnitName(),
                    unit.getTransactionType().name().equals(PersistenceUnitTransactionType.RESOURCE_LOCAL.name()),
                    withItsDataSource(info, List.of()));
        }

        static JpaFactory describeBuilt(Object bean) {
            EntityManagerFactoryInfo info = (EntityManagerFactoryInfo) bean;
            JpaFactory built = Jpa.describe(info.getNativeEntityManagerFactory());
            return new JpaFactory(
                    info.getPersistenceUnitName(), built.isLocal(), withItsDataSource(info, built.settings()));
        }

        private static List<Object> withItsDataSource(EntityManagerFactoryInfo info, Collection<?> settings) {
            List<Object> all = new ArrayList<>(settings);
            DataSource dataSource = info.getDataSource();
            if (dataSource != null) {
                all.add(dataSource);
            }
            return all;
        }
    }
}
