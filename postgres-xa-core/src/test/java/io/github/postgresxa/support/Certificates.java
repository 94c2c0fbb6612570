package io.github.postgresxa.support;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Certificates of a test's own authority, made by the JDK's keytool in one directory. */
public final class Certificates {

    private static final String PASSWORD = "changeit";

    private final Path directory;

    public Certificates(Path directory) {
        this.directory = directory;
    }

    /** {@return the authority's certificate as PEM} */
    public Path authority(String name) throws Exception {
        keytool(name, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "bc:c=ca:true");
        return certificate(name);
    }

    /**
     * Makes a server's certificate and its key, name.crt and name.key.
     *
     * @param subject for example {@code ip:127.0.0.1}
     * @param validity arguments of keytool
     */
    public void server(String authority, String name, String subject, String... validity) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "-genkeypair",
                "-keyalg",
                "EC",
                "-signer",
                authority,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + subject));
        arguments.addAll(List.of(validity));
        keytool(name, arguments.toArray(String[]::new));
        certificate(name);
        key(name);
    }

    public Path file(String name) {
        return directory.resolve(name);
    }

    private void keytool(String alias, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-alias",
                alias,
                "-keystore",
                file("keys.p12").toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command + ": " + output);
        }
    }

    private KeyStore store() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file("keys.p12"))) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private Path certificate(String name) throws Exception {
        return pem(name + ".crt", "CERTIFICATE", store().getCertificate(name).getEncoded());
    }

    private void key(String name) throws Exception {
        Path file = pem(
                name + ".key",
                "PRIVATE KEY",
                store().getKey(name, PASSWORD.toCharArray()).getEncoded());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private Path pem(String file, String kind, byte[] content) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(file(file), "-----BEGIN %s-----%n%s%n-----END %1$s-----%n".formatted(kind, body));
    }
}
