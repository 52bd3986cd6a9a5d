package io.yolofit.house;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The methods and fields of a Java file, found by following its braces.
///
/// Each opening brace is classified by the text before it, back to where its member or statement began: a type's body,
/// a method's body, or something else (block, lambda, switch, array). A method's lines run from the one that names it
/// to its closing brace; constructors and initializer blocks count as methods, lambdas as part of their method.
final class Declarations {
    private static final Pattern ANNOTATION = Pattern.compile("@(?!interface\\b)[\\w.]+(\\s*\\(\\))?");
    private static final Pattern TYPE = Pattern.compile(
            "(?<![.\\w])(class|interface|enum|record(?=\\s+\\w+\\s*[<(]))\\s+(\\w+)");
    private static final Pattern NEW_INSTANCE = Pattern.compile("\\bnew\\s+[\\w.\\s]+(?s:<.*>)?\\s*\\(\\)$");
    private static final Pattern METHOD = Pattern.compile("(\\w+)\\s*\\(\\)\\s*(?s:throws\\s.*)?$");
    private static final Pattern COMPACT_CONSTRUCTOR_OR_BLOCK = Pattern.compile("(?:\\w+\\s+)*?(\\w*)");

    private final JavaSource source;
    private final String code;
    private final Deque<Frame> frames = new ArrayDeque<>();
    private final List<Method> methods = new ArrayList<>();
    private final List<Field> fields = new ArrayList<>();

    private Declarations(JavaSource source) {
        this.source = source;
        this.code = source.syntax();
    }

    static Declarations of(JavaSource source) {
        Declarations declarations = new Declarations(source);
        declarations.read();
        return declarations;
    }

    List<Method> methods() {
        return List.copyOf(methods);
    }

    List<Field> fields() {
        return List.copyOf(fields);
    }

    private void read() {
        frames.push(new Frame(Kind.FILE, "", 0, 0, true));
        for (int at = 0; at < code.length(); at++) {
            Frame frame = frames.element();
            switch (code.charAt(at)) {
                case '(' -> frame.parentheses++;
                case ')' -> frame.parentheses--;
                case '{' -> open(frame, at);
                case '}' -> close(at);
                case ';' -> endStatement(frame, at);
                default -> { } // any other character stands inside a member or statement
            }
        }
        if (frames.size() != 1) {
            throw new IllegalStateException(source.file() + ": " + (frames.size() - 1) + " braces are never closed");
        }
    }

    private void open(Frame frame, int at) {
        String header = code.substring(frame.memberStart, at);
        String flat = flatten(header);
        Matcher type = TYPE.matcher(flat);
        boolean inParentheses = frame.parentheses > 0;
        if (inParentheses || flat.contains("=")) { // an annotation's array, a lambda, an initial value
            String before = inParentheses ? flatten(lastArgument(header)) : flat;
            push(NEW_INSTANCE.matcher(before).find() ? Kind.CLASS : Kind.BLOCK, at, false);
        } else if (frame.kind == Kind.ENUM_CONSTANTS) {
            push(Kind.CLASS, at, true);
        } else if (type.find()) {
            push(Kind.ofKeyword(type.group(1)), at, true);
        } else if (!frame.kind.holdsMembers()) {
            push(NEW_INSTANCE.matcher(flat).find() ? Kind.CLASS : Kind.BLOCK, at, true);
        } else if (flat.endsWith("default")) { // of an annotation's element
            push(Kind.BLOCK, at, false);
        } else {
            openMethod(flat, frame.memberStart, at);
        }
    }

    private void push(Kind kind, int at, boolean endsMember) {
        frames.push(new Frame(kind, "", at, at + 1, endsMember));
    }

    private void openMethod(String flat, int memberStart, int at) {
        Matcher method = METHOD.matcher(flat);
        Matcher other = COMPACT_CONSTRUCTOR_OR_BLOCK.matcher(flat);
        String name;
        String inCode;
        if (method.find()) {
            name = method.group(1);
            inCode = "\\b" + name + "\\s*\\(";
        } else if (other.matches()) {
            name = other.group(1).isEmpty() || other.group(1).equals("static") ? "initializer" : other.group(1);
            inCode = "\\w*\\s*$";
        } else {
            throw new IllegalStateException(source.file() + ":" + source.lineAt(at) + ": what is '" + flat + " {'?");
        }
        Matcher position = Pattern.compile(inCode).matcher(code).region(memberStart, at);
        frames.push(new Frame(Kind.METHOD, name, position.find() ? position.start() : at, at + 1, true));
    }

    private void close(int at) {
        Frame closed = frames.pop();
        if (frames.isEmpty()) {
            throw new IllegalStateException(source.file() + ":" + source.lineAt(at) + ": a brace closes nothing");
        }
        if (closed.kind == Kind.METHOD) {
            methods.add(new Method(closed.name, source.lineAt(closed.start), source.lineAt(at)));
        }
        if (closed.endsMember) {
            frames.element().memberStart = at + 1;
        }
    }

    private void endStatement(Frame frame, int at) {
        if (frame.parentheses > 0) { // for (;;)
            return;
        }
        if (frame.kind == Kind.ENUM_CONSTANTS) {
            frame.kind = Kind.CLASS;
        } else if (frame.kind.holdsMembers()) {
            addField(frame, at);
        }
        frame.memberStart = at + 1;
    }

    private void addField(Frame frame, int at) {
        String member = code.substring(frame.memberStart, at);
        String declaration = flatten(member);
        int equals = declaration.indexOf('=');
        String left = equals < 0 ? declaration : declaration.substring(0, equals);
        if (!left.contains("(") && !left.isBlank()) { // else an abstract method, or the ; after a body
            int start = frame.memberStart + member.indexOf(member.strip());
            fields.add(new Field(left.strip(), equals < 0 ? "" : declaration.substring(equals + 1).strip(),
                    frame.kind == Kind.INTERFACE, source.lineAt(start)));
        }
    }

    /// The text without annotations and without what stands in parentheses: `@A(1) int f(int x)` becomes `int f()`.
    private static String flatten(String text) {
        StringBuilder flat = new StringBuilder();
        int depth = 0;
        for (char c : text.toCharArray()) {
            depth -= c == ')' ? 1 : 0;
            if (depth <= 0) {
                flat.append(c);
            }
            depth += c == '(' ? 1 : 0;
        }
        return ANNOTATION.matcher(flat).replaceAll("").strip();
    }

    /// What follows the innermost parenthesis that is still open.
    private static String lastArgument(String text) {
        int depth = 0;
        for (int at = text.length() - 1; at >= 0; at--) {
            depth += text.charAt(at) == ')' ? 1 : text.charAt(at) == '(' ? -1 : 0;
            if (depth < 0) {
                return text.substring(at + 1);
            }
        }
        return text;
    }

    /// A method or constructor and the lines, from 1, on which it is named and closed.
    record Method(String name, int firstLine, int lastLine) {
        int lines() {
            return lastLine - firstLine + 1;
        }
    }

    /// A field: modifiers, type and name; its initial value with parentheses emptied; and the line it begins on.
    record Field(String declaration, String value, boolean inInterface, int line) {
        boolean has(String modifier) {
            return List.of(declaration.split("\\s+")).contains(modifier);
        }
    }

    private enum Kind {
        FILE, CLASS, INTERFACE, ENUM_CONSTANTS, METHOD, BLOCK;

        static Kind ofKeyword(String keyword) {
            return switch (keyword) {
                case "interface" -> INTERFACE;
                case "enum" -> ENUM_CONSTANTS;
                default -> CLASS; // class and record
            };
        }

        boolean holdsMembers() {
            return this == CLASS || this == INTERFACE || this == ENUM_CONSTANTS;
        }
    }

    /// A brace that is open.
    private static final class Frame {
        private final String name;
        private final int start;
        private final boolean endsMember; // whether its closing brace ends a member or statement of the frame around it
        private Kind kind;
        private int memberStart; // where the member or statement being read began
        private int parentheses; // how many are open in it

        private Frame(Kind kind, String name, int start, int memberStart, boolean endsMember) {
            this.kind = kind;
            this.name = name;
            this.start = start;
            this.memberStart = memberStart;
            this.endsMember = endsMember;
        }
    }
}
