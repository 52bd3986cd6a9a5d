package io.yolofit.app.console;

import io.yolofit.base.Messages;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The user's terminal, or the pipe or file that replaces it.
///
/// On a terminal, one live line below the printed lines is rewritten in place; printing anything else removes it first.
/// A pipe gets no live line and no control sequences. Thread-safe.
public final class Console implements Messages {
    private static final int DEFAULT_WIDTH = 80;
    private static final int PIPE_WIDTH = 160;
    private static final String TO_LINE_START = "\r";
    private static final String ERASE_TO_END = "\u001b[K";

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final int width;
    private final List<Consumer<String>> copies = new CopyOnWriteArrayList<>();
    private boolean live;

    /// A console on two streams.
    ///
    /// @param terminal whether `out` supports ANSI control sequences
    /// @param width    of a line, columns
    public Console(PrintStream out, PrintStream err, boolean terminal, int width) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.width = Math.max(width, 20);
    }

    /// The console of this process.
    public static Console ofSystem() {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        java.io.Console system = System.console();
        boolean terminal = system != null && system.isTerminal() && !"dumb".equals(System.getenv("TERM"));
        return new Console(out, err, terminal, terminal ? terminalWidth() : PIPE_WIDTH);
    }

    /// Queries `stty`, which every Unix terminal has; elsewhere a line has 80 columns.
    private static int terminalWidth() {
        try {
            Process stty = new ProcessBuilder("stty", "size").redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD).start();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return DEFAULT_WIDTH;
            }
            String[] rowsAndColumns = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip().split(" ");
            int columns = rowsAndColumns.length == 2 ? Integer.parseInt(rowsAndColumns[1]) : 0;
            return columns > 0 ? columns : DEFAULT_WIDTH;
        } catch (IOException | NumberFormatException _) {
            return DEFAULT_WIDTH;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return DEFAULT_WIDTH;
        }
    }

    /// A console that prints everything on the error stream, for commands whose output is machine-readable.
    public Console onErrors() {
        return new Console(err, err, false, width);
    }

    /// A console that prints warnings and errors only, for a process whose output another one repeats.
    public Console quiet() {
        return new Console(new PrintStream(OutputStream.nullOutputStream()), err, false, width);
    }

    public boolean isTerminal() {
        return terminal;
    }

    /// The width of a line, columns.
    public int width() {
        return width;
    }

    /// Passes every printed text on, besides printing it.
    ///
    /// @param receiver called while the text is printed; it must be fast
    public void copyTo(Consumer<String> receiver) {
        copies.add(receiver);
    }

    /// Prints one or more lines of text.
    @Override
    public synchronized void line(String text) {
        removeLive();
        out.println(text);
        out.flush();
        copies.forEach(receiver -> receiver.accept(text));
    }

    public void table(TextTable table) {
        table.lines().forEach(this::line);
    }

    /// Prints a warning on the error stream.
    @Override
    public void warn(String text) {
        error("warning: " + text);
    }

    /// Prints a message on the error stream.
    public synchronized void error(String text) {
        removeLive();
        err.println(text);
        err.flush();
        copies.forEach(receiver -> receiver.accept(text));
    }

    /// Prints the stack trace of a failure on the error stream.
    public synchronized void trace(Throwable failure) {
        removeLive();
        failure.printStackTrace(err);
        err.flush();
    }

    /// Replaces the live line by the text, truncated to the width.
    ///
    /// @throws IllegalStateException in a pipe
    public synchronized void live(String text) {
        if (!terminal) {
            throw new IllegalStateException("a pipe has no live line");
        }
        String cut = text.length() < width ? text : text.substring(0, width - 1);
        out.print(TO_LINE_START + cut + ERASE_TO_END);
        out.flush();
        live = true;
    }

    /// Removes the live line, if there is one.
    public synchronized void removeLive() {
        if (live) {
            out.print(TO_LINE_START + ERASE_TO_END);
            live = false;
        }
    }
}
