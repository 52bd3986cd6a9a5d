package io.yolofit.data.formats;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.yolofit.base.Failure;
import io.yolofit.data.dataset.DatasetException;
import io.yolofit.data.files.FileFailure;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Streams a JSON file, so that its size does not matter. `NaN` and `Infinity`, which Python writes, are numbers.
final class JsonSource {
    /// Images are embedded as text.
    private static final int LONGEST_TEXT = 1 << 30;
    private static final JsonFactory FACTORY = JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(LONGEST_TEXT).build()).build();

    private JsonSource() {
    }

    /// Reads a file from a parser that is before its first token.
    interface Reading<T> {
        T from(JsonParser json) throws IOException;
    }

    /// Reads one field of an object; the parser is at its value.
    interface Field {
        void read(String name) throws IOException;
    }

    /// Reads a whole file. Throws [DatasetException] with line and column if the file is not JSON, or if something
    /// follows it, such as a second document.
    static <T> T readAll(Path file, Reading<T> reading) {
        return read(file, json -> {
            T result = reading.from(json);
            if (json.nextToken() != null) {
                throw new DatasetException(Failure.at(file + place(json.currentTokenLocation()),
                        "another value follows the end of the JSON: is it two files in one? Export it again", "")
                        .withRemedy("export it again"));
            }
            return result;
        });
    }

    /// Reads the beginning of a file. Throws [DatasetException] with line and column if that is not JSON.
    static <T> T read(Path file, Reading<T> reading) {
        try (var in = Files.newInputStream(file); JsonParser json = FACTORY.createParser(in)) {
            return reading.from(json);
        } catch (JsonProcessingException e) {
            boolean ends = e instanceof JsonEOFException || e.getOriginalMessage().contains("end-of-input");
            throw new DatasetException(Failure.at(file + place(e.getLocation()), ends
                    ? "the file ends in the middle of its JSON" : "not valid JSON: " + e.getOriginalMessage(), ends
                    ? "copy or export it again" : "export the file again"), e);
        } catch (ClosedByInterruptException e) {
            throw new DatasetException(Failure.naming(file, "reading %s was interrupted".formatted(file), ""), e);
        } catch (IOException e) {
            throw new DatasetException(Failure.naming(file, "cannot read %s: %s".formatted(file,
                    FileFailure.reason(e)), "").withRemedy(FileFailure.REMEDY), e);
        }
    }

    private static String place(JsonLocation location) {
        return location == null ? "" : ":" + location.getLineNr() + ":" + location.getColumnNr();
    }

    /// Visits the fields of the object at the parser's place; what a field does not consume is skipped. Any other value
    /// is skipped as a whole: false.
    static boolean fields(JsonParser json, Field field) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return false;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            field.read(name);
        }
        return true;
    }

    /// A number; any other value is skipped.
    static OptionalDouble number(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            return OptionalDouble.of(json.getDoubleValue());
        }
        json.skipChildren();
        return OptionalDouble.empty();
    }

    /// A whole number from 0 on; 0 for anything else.
    static int size(JsonParser json) throws IOException {
        double value = number(json).orElse(0);
        return value >= 1 && value <= Integer.MAX_VALUE ? (int) Math.rint(value) : 0;
    }

    /// The numbers of a flat array; empty if it has anything else.
    static Optional<List<Double>> numbers(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return Optional.empty();
        }
        List<Double> values = new ArrayList<>();
        boolean wrong = false;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            OptionalDouble value = number(json);
            wrong |= value.isEmpty();
            values.add(value.orElse(Double.NaN));
        }
        return wrong ? Optional.empty() : Optional.of(values);
    }

    /// A string or number as text; any other value is skipped.
    static Optional<String> scalar(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT
                || token == JsonToken.VALUE_NUMBER_FLOAT) {
            return Optional.of(json.getText());
        }
        json.skipChildren();
        return Optional.empty();
    }

    /// An id as text: a whole number without decimals, which some tools write as `7.0`.
    static Optional<String> id(JsonParser json) throws IOException {
        boolean decimal = json.currentToken() == JsonToken.VALUE_NUMBER_FLOAT;
        return decimal && json.getDoubleValue() == Math.rint(json.getDoubleValue())
                ? Optional.of(String.valueOf((long) json.getDoubleValue())) : scalar(json);
    }

    /// A flag as `true`, `1` or `"1"`.
    static boolean flag(JsonParser json) throws IOException {
        return json.currentToken() == JsonToken.VALUE_TRUE
                || scalar(json).filter(text -> text.equals("1") || text.equalsIgnoreCase("true")).isPresent();
    }
}
