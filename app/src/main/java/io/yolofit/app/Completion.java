package io.yolofit.app;

import io.yolofit.train.options.Mode;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.OptionType;
import io.yolofit.zoo.architecture.ArchitectureCatalog;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Completion scripts for shells, generated from the option table: commands, options as `name=`, and after `=` the
/// words of choices, the built-in models, and files.
final class Completion {
    private static final int MARGIN = 100;

    /// A shell that has a script.
    enum Shell {
        BASH, ZSH;

        /// The name on the command line.
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Shell> of(String word) {
            return Arrays.stream(values()).filter(shell -> shell.word().equals(word)).findFirst();
        }
    }

    /// Where COMP_WORDBREAKS has `=`, as it has by default, bash replaces only what follows it.
    private static final String BASH = """
            _yolofit() {
                local line=${COMP_LINE:0:COMP_POINT} command= word words file
                local current=${line##*[[:space:]]}
                for word in ${line%"$current"}; do
                    case " $(_yolofit_commands) " in *" $word "*) command=$word; break ;; esac
                done
                COMPREPLY=()
                if [[ $current == *=* ]]; then
                    local value=${current#*=} name=${current%%=*} prefix=
                    [[ $COMP_WORDBREAKS == *=* ]] || prefix=$name=
                    words=$(_yolofit_values "$command" "${name#--}")
                    COMPREPLY=($(compgen -P "$prefix" -W "${words/@files/}" -- "$value"))
                    if [[ " $words " == *" @files "* ]]; then
                        while IFS= read -r file; do COMPREPLY+=("$prefix$file"); done < <(compgen -f -- "$value")
                        compopt -o filenames 2>/dev/null
                    fi
                elif [[ -z $command ]]; then
                    COMPREPLY=($(compgen -W "$(_yolofit_commands) --help --version" -- "$current"))
                else
                    COMPREPLY=($(compgen -W "$(_yolofit_options "$command") --help" -- "$current"))
                    [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null
                fi
                return 0
            }
            complete -F _yolofit yolofit
            """;

    private static final String ZSH = """
            _yolofit() {
                local command= word values
                for word in "${(@)words[2,CURRENT-1]}"; do
                    case " $(_yolofit_commands) " in *" $word "*) command=$word; break ;; esac
                done
                local current=${words[CURRENT]}
                if [[ $current == *=* ]]; then
                    word=${current%%=*}
                    values=$(_yolofit_values "$command" "${word#--}")
                    compset -P '*='
                    [[ " $values " != *" @files "* ]] || _files
                    compadd -- ${(z)values/@files/}
                elif [[ -z $command ]]; then
                    compadd -- ${(z)$(_yolofit_commands)} --help --version
                else
                    compadd -S '' -- ${(z)$(_yolofit_options "$command")}
                    compadd -- --help
                fi
            }
            """;

    private Completion() {}

    /// The script of a shell, with a line feed at the end.
    static String script(Shell shell, Set<Mode> modes) {
        String data = commands(modes) + options(modes) + values(modes);
        return switch (shell) {
            case BASH -> "# Completion of yolofit for bash; load it with: source <(yolofit --completion=bash)\n"
                    + data + BASH;
            case ZSH -> "#compdef yolofit\n"
                    + "# Completion of yolofit for zsh; load it with: source <(yolofit --completion=zsh)\n"
                    + data + ZSH
                    + "if [[ ${funcstack[1]} == _yolofit ]]; then _yolofit \"$@\"; else compdef _yolofit yolofit; fi\n";
        };
    }

    private static String commands(Set<Mode> modes) {
        String words = modes.stream().map(Mode::word).collect(Collectors.joining(" "));
        return "_yolofit_commands() {\n    echo \"" + words + "\"\n}\n";
    }

    private static String options(Set<Mode> modes) {
        var text = new StringBuilder("_yolofit_options() {\n    case $1 in\n");
        for (Mode mode : modes) {
            List<String> names = OptionTable.of(mode).stream().map(option -> option.name() + "=").toList();
            text.append("    ").append(mode.word()).append(") echo \"").append(folded(names)).append("\" ;;\n");
        }
        return text.append("    esac\n}\n").toString();
    }

    /// The words of each option's values; `@files` means names of files.
    private static String values(Set<Mode> modes) {
        var text = new StringBuilder("_yolofit_values() {\n    case \"$1 $2\" in\n");
        for (Option<?> option : OptionTable.all()) {
            List<String> words = words(option);
            String calls = option.modes().stream().filter(modes::contains)
                    .map(mode -> '"' + mode.word() + ' ' + option.name() + '"').collect(Collectors.joining(" | "));
            if (!words.isEmpty() && !calls.isEmpty()) {
                text.append("    ").append(calls).append(") echo \"").append(folded(words)).append("\" ;;\n");
            }
        }
        return text.append("    esac\n}\n").toString();
    }

    private static List<String> words(Option<?> option) {
        if (option == OptionTable.MODEL || option == OptionTable.ARCHITECTURE) {
            return Stream.concat(ArchitectureCatalog.names().stream(), Stream.of("@files")).toList();
        }
        return switch (option.type()) {
            case OptionType.PathType path when !path.isName() -> List.of("@files");
            case OptionType.ToggleType _ -> List.of("true", "false", "@files");
            case OptionType<?> other -> other.words();
        };
    }

    /// The words separated by blanks, on continued lines.
    private static String folded(List<String> words) {
        var text = new StringBuilder();
        int column = 0;
        for (String word : words) {
            if (column > 0) {
                boolean full = column + word.length() > MARGIN;
                text.append(full ? " \\\n" : " ");
                column = full ? 0 : column;
            }
            text.append(word);
            column += word.length() + 1;
        }
        return text.toString();
    }
}
