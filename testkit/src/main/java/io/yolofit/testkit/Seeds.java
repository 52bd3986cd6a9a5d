package io.yolofit.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.AnnotationBasedArgumentsProvider;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/// A test of random cases, each from its own [Seed]. A failure names its seed; `-Dtest.seed=1f3a` repeats that case.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "test.seed={0}")
@ArgumentsSource(Seeds.Provider.class)
@ExtendWith(Seeds.NameTheSeed.class)
public @interface Seeds {
    /// Number of cases.
    int value();

    /// Provides the seeds, the same in every run.
    final class Provider extends AnnotationBasedArgumentsProvider<Seeds> {
        @Override
        protected Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters,
                ExtensionContext context, Seeds seeds) {
            return Seed.several(context.getRequiredTestMethod().getName(), seeds.value()).map(Arguments::of);
        }
    }

    /// Adds the seed to the failure message.
    final class NameTheSeed implements TestExecutionExceptionHandler {
        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
            throw new AssertionError(failure.getMessage() + System.lineSeparator() + "repeat with -D"
                    + context.getDisplayName(), failure);
        }
    }
}
