package io.yolofit.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.yolofit.train.event.TrainingEvent;
import io.yolofit.train.options.CacheChoice;
import io.yolofit.train.options.Option;
import io.yolofit.train.options.OptionTable;
import io.yolofit.train.options.OptimizerChoice;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Null arguments of the public API are refused where they are given, with the name of the parameter.
class NullArgumentsTest {
    private static final TinyModel TINY = TinyModel.get();
    private static final List<Class<?>> TYPES = List.of(DetectedObject.class, ModelInfo.class, Prediction.class,
            Recipe.class, Training.class, TrainingResult.class, TrainingResult.Memory.class, Yolo.class, YoloFit.class);
    private static final TrainingEvent.Listener LISTENER = _ -> { };
    private static final BooleanSupplier CONDITION = () -> true;
    /// An argument of each type, for the parameters that are not null.
    private static final Map<Class<?>, Object> VALUES = Map.ofEntries(Map.entry(int.class, 1),
            Map.entry(long.class, 1L), Map.entry(float.class, 1f), Map.entry(double.class, 0.5),
            Map.entry(String.class, "imgsz"),
            Map.entry(String[].class, new String[0]), Map.entry(Object.class, 64), Map.entry(Path.class, Path.of("a")),
            Map.entry(Option.class, OptionTable.IMGSZ), Map.entry(List.class, List.of()),
            Map.entry(Map.class, Map.of()), Map.entry(Optional.class, Optional.empty()),
            Map.entry(OptionalLong.class, OptionalLong.empty()),
            Map.entry(OptionalDouble.class, OptionalDouble.empty()),
            Map.entry(OptimizerChoice.class, OptimizerChoice.AUTO), Map.entry(CacheChoice.class, CacheChoice.RAM),
            Map.entry(TrainingEvent.Listener.class, LISTENER), Map.entry(BooleanSupplier.class, CONDITION),
            Map.entry(BufferedImage.class, new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)),
            Map.entry(ByteBuffer.class, ByteBuffer.allocate(1)),
            Map.entry(Recipe.class, TINY.recipe), Map.entry(TrainingResult.Memory.class, TINY.result.memory()),
            Map.entry(io.yolofit.train.plan.RunPlan.class, TINY.result.plan()),
            Map.entry(TrainingEvent.Ended.class, TINY.result.ended()));

    static Stream<Arguments> parameters() {
        return TYPES.stream().flatMap(type -> Stream.concat(Arrays.stream(type.getConstructors()),
                Arrays.stream(type.getDeclaredMethods()))).filter(member -> Modifier.isPublic(member.getModifiers())
                && !member.isSynthetic() && !member.getName().equals("equals")).flatMap(member ->
                IntStream.range(0, member.getParameterCount())
                        .filter(at -> !member.getParameterTypes()[at].isPrimitive())
                        .mapToObj(at -> Arguments.of(member, at, member.getParameters()[at].getName())));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("parameters")
    void aNullArgumentIsRefusedByItsName(Executable member, int at, String name) {
        assertThat(member.getParameters()).allMatch(Parameter::isNamePresent);
        Object[] arguments = Arrays.stream(member.getParameterTypes()).map(type -> {
            assertThat(VALUES).containsKey(type);
            return VALUES.get(type);
        }).toArray();
        arguments[at] = null;
        try (Yolo model = Yolo.load(TINY.result.weights())) {
            Object target = member.getDeclaringClass() == Yolo.class ? model
                    : member.getDeclaringClass() == Recipe.class ? TINY.recipe : Training.of(TINY.recipe);
            assertThat(catchThrowable(() -> call(member, target, arguments))).isInstanceOf(NullPointerException.class)
                    .hasMessage(name);
        }
    }

    private static void call(Executable member, Object target, Object[] arguments) throws Throwable {
        Callable<Object> call = switch (member) {
            case Constructor<?> constructor -> () -> constructor.newInstance(arguments);
            case Method method -> () -> method.invoke(target, arguments);
        };
        try {
            call.call();
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    @Test
    void aNullElementIsRefusedByItsIndex() throws IOException {
        assertThatThrownBy(() -> Yolo.load(TINY.result.weights(), "conf=0.4", null))
                .isInstanceOf(NullPointerException.class).hasMessage("options[1]");
        try (Yolo model = Yolo.load(TINY.result.weights())) {
            assertThatThrownBy(() -> model.predictAll(Arrays.asList(TINY.tiledFile(1, 1), null)))
                    .isInstanceOf(NullPointerException.class).hasMessage("images[1]");
        }
    }
}
