package io.yolofit.house;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// The methods and annotations of a Java file, by the parser of the Java compiler.
///
/// @param methods in the order of their ends. A method's lines run from its result type, or from the first
///     parameter of a constructor, to its closing brace; initializer blocks count as methods, lambdas as part of
///     their method
record Declarations(List<Method> methods, List<Annotation> annotations) {
    /// A method with a body, constructor or initializer block, and its lines, from 1.
    record Method(String name, long firstLine, long lastLine) {
        long lines() {
            return lastLine - firstLine + 1;
        }
    }

    /// An annotation.
    ///
    /// @param name     without its package
    /// @param arguments as source text: `"needs a GPU"`, `disabledReason = "no GPU"`
    record Annotation(String name, List<String> arguments, long line) {}

    static Declarations of(JavaSource source) {
        var problems = new DiagnosticCollector<JavaFileObject>();
        var file = new SimpleJavaFileObject(URI.create("string:///" + source.file()), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source.text();
            }
        };
        var task = (JavacTask) ToolProvider.getSystemJavaCompiler().getTask(null, null, problems, List.of("-proc:none"),
                null, List.of(file));
        try {
            CompilationUnitTree unit = task.parse().iterator().next();
            for (Diagnostic<?> problem : problems.getDiagnostics()) {
                if (problem.getKind() == Diagnostic.Kind.ERROR) {
                    throw new IllegalStateException(
                            source.file() + ":" + problem.getLineNumber() + ": " + problem.getMessage(null));
                }
            }
            var scanner = new Scanner(unit, Trees.instance(task).getSourcePositions());
            scanner.scan(unit, null);
            return new Declarations(scanner.methods, scanner.annotations);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Scanner extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<Method> methods = new ArrayList<>();
        private final List<Annotation> annotations = new ArrayList<>();
        private String type = "";

        private Scanner(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public Void visitClass(ClassTree node, Void nothing) {
            String outer = type;
            type = node.getSimpleName().toString();
            super.visitClass(node, nothing);
            for (Tree member : node.getMembers()) {
                if (member instanceof BlockTree block) {
                    add("initializer", line(positions.getStartPosition(unit, block)), block);
                }
            }
            type = outer;
            return null;
        }

        @Override
        public Void visitMethod(MethodTree node, Void nothing) {
            String name = node.getReturnType() == null ? type : node.getName().toString();
            super.visitMethod(node, nothing);
            if (node.getBody() != null) {
                add(name, firstLine(node), node.getBody());
            }
            return null;
        }

        /// A compact constructor has the parameters of its record, which are above it.
        private long firstLine(MethodTree node) {
            if (node.getReturnType() != null) {
                return line(positions.getStartPosition(unit, node.getReturnType()));
            }
            Tree named = node.getParameters().isEmpty() ? node.getBody() : node.getParameters().getFirst();
            return line(Math.max(positions.getStartPosition(unit, node), positions.getStartPosition(unit, named)));
        }

        @Override
        public Void visitAnnotation(AnnotationTree node, Void nothing) {
            String name = node.getAnnotationType().toString();
            annotations.add(new Annotation(name.substring(name.lastIndexOf('.') + 1),
                    node.getArguments().stream().map(Tree::toString).toList(),
                    line(positions.getStartPosition(unit, node))));
            return super.visitAnnotation(node, nothing);
        }

        private void add(String name, long firstLine, Tree body) {
            methods.add(new Method(name, firstLine, line(positions.getEndPosition(unit, body) - 1)));
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }
    }
}
