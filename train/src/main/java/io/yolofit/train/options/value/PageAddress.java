package io.yolofit.train.options.value;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Values of `page`: whether and where the page of a run is served.
///
/// @param on   whether it is served
/// @param host whose address the server listens on; empty for loopback only
/// @param port 1 to 65535; empty for 8080, or any free port if that one is in use
public record PageAddress(boolean on, Optional<String> host, Optional<Integer> port) implements OptionValue {
    public static final PageAddress OFF = new PageAddress(false, Optional.empty(), Optional.empty());
    /// On this machine only.
    public static final PageAddress LOCAL = new PageAddress(true, Optional.empty(), Optional.empty());

    private static final int MOST = 65_535;
    private static final Pattern PORT = Pattern.compile("\\d{1,5}");
    /// A name, an IPv4 address or an IPv6 address in brackets, and a port.
    private static final Pattern HOST = Pattern.compile(
            "([A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?");

    public static Optional<PageAddress> parse(String text) {
        String word = text.strip();
        switch (word.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> {
                return Optional.of(LOCAL);
            }
            case "false", "no", "off" -> {
                return Optional.of(OFF);
            }
            default -> {
                // a port or a host
            }
        }
        if (PORT.matcher(word).matches()) {
            return port(word).map(port -> new PageAddress(true, Optional.empty(), Optional.of(port)));
        }
        Matcher parts = HOST.matcher(word);
        if (!parts.matches()) {
            return Optional.empty();
        }
        Optional<String> host = Optional.of(parts.group(1));
        return parts.group(2) == null ? Optional.of(new PageAddress(true, host, Optional.empty()))
                : port(parts.group(2)).map(port -> new PageAddress(true, host, Optional.of(port)));
    }

    private static Optional<Integer> port(String digits) {
        return Optional.of(Integer.parseInt(digits)).filter(port -> port >= 1 && port <= MOST);
    }

    @Override
    public String text() {
        if (!on) {
            return "false";
        }
        String shown = host.orElse("") + (host.isPresent() && port.isPresent() ? ":" : "")
                + port.map(String::valueOf).orElse("");
        return shown.isEmpty() ? "true" : shown;
    }

    @Override
    public Object plain() {
        if (!on) {
            return false;
        }
        return host.isEmpty() && port.isPresent() ? port.get() : host.isEmpty() ? (Object) true : text();
    }

    @Override
    public String toString() {
        return text();
    }
}
