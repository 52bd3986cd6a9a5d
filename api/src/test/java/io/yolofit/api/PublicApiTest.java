package io.yolofit.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.yolofit.base.Messages;
import io.yolofit.base.YoloFitException;
import io.yolofit.testkit.Golden;
import io.yolofit.train.event.TrainingEvent;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The signatures that programs compile against. A change of `public-api.txt` is a change of the API.
class PublicApiTest {
    private static final List<Class<?>> TYPES = List.of(DetectedObject.class, DoesNotFitException.class,
            ModelInfo.class, Prediction.class, Recipe.class, Training.class, TrainingResult.class, Yolo.class,
            YoloFit.class, TrainingEvent.class, YoloFitException.class, Messages.class);

    private static final Set<String> OF_RECORDS = Set.of("equals", "hashCode", "toString");

    @Test
    void theSignaturesAreFrozen() {
        Golden.check("public-api.txt", TYPES.stream().flatMap(PublicApiTest::withNested).map(PublicApiTest::text)
                .collect(Collectors.joining("\n")));
    }

    @Test
    void everyPublicTypeOfThePackageIsListed() throws IOException {
        try (Stream<Path> sources = Files.list(Path.of("src/main/java/io/yolofit/api"))) {
            List<String> types = new ArrayList<>();
            for (Path source : sources.filter(file -> file.toString().endsWith(".java")).sorted().toList()) {
                String name = source.getFileName().toString().replace(".java", "");
                if (Files.readString(source).matches("(?s).*\npublic (final class|record|interface) " + name
                        + "\\b.*")) {
                    types.add(name);
                }
            }
            assertThat(types).isEqualTo(TYPES.stream().filter(type -> type.getPackage() == Yolo.class.getPackage())
                    .map(Class::getSimpleName).toList());
        }
    }

    private static Stream<Class<?>> withNested(Class<?> type) {
        return Stream.concat(Stream.of(type), Arrays.stream(type.getDeclaredClasses())
                .filter(nested -> Modifier.isPublic(nested.getModifiers()))
                .sorted((a, b) -> a.getName().compareTo(b.getName())).flatMap(PublicApiTest::withNested));
    }

    private static String text(Class<?> type) {
        TreeSet<String> members = new TreeSet<>();
        add(members, type.getDeclaredFields(), field -> field.toGenericString());
        add(members, type.getDeclaredConstructors(), constructor -> constructor.toGenericString());
        add(members, type.getDeclaredMethods(), method -> method.isBridge() || OF_RECORDS.contains(method.getName())
                ? "" : method.toGenericString());
        String parents = Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
                .filter(parent -> parent != Object.class && parent != Record.class).map(Class::getName).sorted()
                .collect(Collectors.joining(", "));
        return type.toGenericString() + (parents.isEmpty() ? "" : " : " + parents) + "\n"
                + members.stream().map(member -> "    " + member.replace(type.getName() + ".", "")
                        .replaceAll("java\\.(lang|util|util\\.function|nio|nio\\.file)\\.(?=[A-Z])", "") + "\n")
                        .collect(Collectors.joining());
    }

    private static <T extends java.lang.reflect.Member> void add(TreeSet<String> members, T[] all,
            Function<T, String> text) {
        Arrays.stream(all).filter(member -> Modifier.isPublic(member.getModifiers()) && !member.isSynthetic())
                .map(text).filter(line -> !line.isEmpty()).forEach(members::add);
    }
}
