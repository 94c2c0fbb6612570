package io.github.postgresxa.sabotage;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles the changed source files of a mutant. On a class path before the product's classes they take their
 * place.
 */
final class MutantCompiler {

    private MutantCompiler() {}

    /** {@return the directory with the changed classes} */
    static Path compile(Mutant mutant, String classPath) throws IOException {
        Path directory = Path.of("target/sabotage", mutant.name());
        Path sources = directory.resolve("sources");
        Path classes = Files.createDirectories(directory.resolve("classes"));
        Map<String, String> texts = new LinkedHashMap<>();
        for (Edit edit : mutant.edits()) {
            texts.put(edit.file(), edit.apply(texts.getOrDefault(edit.file(), edit.source())));
        }
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> text : texts.entrySet()) {
            Path file = sources.resolve(text.getKey() + ".java");
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, text.getValue()));
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            List<String> options =
                    List.of("-proc:none", "-nowarn", "-parameters", "-d", classes.toString(), "-cp", classPath);
            boolean compiled = compiler.getTask(
                            problems, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call();
            if (!compiled) {
                throw new IllegalStateException(mutant + " does not compile:\n" + problems);
            }
        }
        return classes;
    }
}
