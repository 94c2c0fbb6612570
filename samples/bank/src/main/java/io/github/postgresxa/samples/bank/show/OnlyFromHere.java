package io.github.postgresxa.samples.bank.show;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Accepts buttons from this machine only, and not from another site's page in a browser on this machine. */
@Component
final class OnlyFromHere implements HandlerInterceptor, WebMvcConfigurer {

    private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "[::1]");

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this).addPathPatterns("/api/show/**");
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
            throws UnknownHostException {
        if (request.getMethod().equals(HttpMethod.POST.name()) && !isFromHere(request)) {
            throw new ResponseStatusException(HttpStatus.FORBIDDEN, "Only a page of this bank, on this machine");
        }
        return true;
    }

    private static boolean isFromHere(HttpServletRequest request) throws UnknownHostException {
        return InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress()
                && HERE.contains(request.getServerName())
                && isOwn(request.getHeader(HttpHeaders.ORIGIN), request.getHeader(HttpHeaders.HOST));
    }

    private static boolean isOwn(@Nullable String origin, @Nullable String host) {
        return origin == null || host != null && host.equals(URI.create(origin).getRawAuthority());
    }
}
