package io.yolofit.app.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/// Writes a report record as JSON, with the names of its components.
public final class JsonText {
    private JsonText() {}

    public static String of(Record report) {
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(report);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a record of plain values converts to JSON", impossible);
        }
    }
}
