package io.yolofit.app.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/// Writes a report's record as JSON, with the record's own names.
public final class JsonText {
    private JsonText() {}

    public static String of(Record report) {
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(report);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a record of plain values is always JSON", impossible);
        }
    }
}
