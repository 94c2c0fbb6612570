package io.github.postgresxa.spring.autoconfigure.endpoint;

import java.util.regex.Pattern;
import org.springframework.boot.actuate.endpoint.SanitizableData;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;

/**
 * Masks the credentials in {@code postgres.xa.nodes.*}: the password, and user and passwords inside a URL. Other
 * properties stay as they are: the application decides what it shows of them.
 */
final class NodeCredentials implements SanitizingFunction {

    /** Also matches the form of an environment variable, {@code POSTGRES_XA_NODES_EAST_PASSWORD}. */
    private static final Pattern KEY = Pattern.compile("postgres[._]xa[._]nodes[._\\[].*[._\\]](password|url)");

    private static final Pattern USER_INFO = Pattern.compile("//[^/?@]*@");

    private static final Pattern SECRET_PARAMETER = Pattern.compile(
            "([?&][^=&]*(?:user|password|passphrase|secret|token)[^=&]*=)[^&]*", Pattern.CASE_INSENSITIVE);

    @Override
    public SanitizableData apply(SanitizableData data) {
        Object value = data.getValue();
        String key = data.getLowerCaseKey();
        if (value == null || !KEY.matcher(key).matches()) {
            return data;
        }
        return key.endsWith("password") ? data.withSanitizedValue() : data.withValue(masked(value.toString()));
    }

    private static String masked(String url) {
        String mask = SanitizableData.SANITIZED_VALUE;
        String withoutUser = USER_INFO.matcher(url).replaceAll("//" + mask + "@");
        return SECRET_PARAMETER.matcher(withoutUser).replaceAll("$1" + mask);
    }
}
