package io.yolofit.app.tensorboard;

import io.yolofit.train.event.TrainingEvent;
import java.time.Instant;
import java.util.Map;

/// The messages of TensorBoard's table of hyperparameters (plugin `hparams`): the options of a run at its start, and
/// how it ended. The table shows them with the scalars of the run.
final class HyperParameters {
    static final String PLUGIN = "hparams";
    static final String START_TAG = "_hparams_/session_start_info";
    static final String END_TAG = "_hparams_/session_end_info";

    /// Fields of `HParamsPluginData`; its version is 0, which is not written.
    private static final int START_INFO = 3;
    private static final int END_INFO = 4;
    /// Fields of `SessionStartInfo`, and of its map's entries.
    private static final int PARAMETERS = 1;
    private static final int START_SECONDS = 5;
    private static final int KEY = 1;
    private static final int VALUE = 2;
    /// Fields of `google.protobuf.Value`.
    private static final int NUMBER = 2;
    private static final int TEXT = 3;
    private static final int FLAG = 4;
    /// Fields and values of `SessionEndInfo`.
    private static final int STATUS = 1;
    private static final int END_SECONDS = 2;
    private static final int UNKNOWN = 0;
    private static final int SUCCESS = 1;
    private static final int FAILURE = 2;

    private HyperParameters() {}

    /// @param options by name; those without a value are left out, lists are texts
    static Message start(Map<String, Object> options) {
        var info = new Message();
        options.forEach((name, value) -> {
            if (value != null) {
                info.message(PARAMETERS, new Message().text(KEY, name).message(VALUE, value(value)));
            }
        });
        return new Message().message(START_INFO, info.real64(START_SECONDS, Instant.now().getEpochSecond()));
    }

    private static Message value(Object value) {
        return switch (value) {
            case Boolean flag -> new Message().integer(FLAG, flag ? 1 : 0);
            case Number number -> new Message().real64(NUMBER, number.doubleValue());
            default -> new Message().text(TEXT, value.toString());
        };
    }

    static Message end(TrainingEvent.Reason reason) {
        int status = switch (reason) {
            case FINISHED -> SUCCESS;
            case STOPPED -> UNKNOWN;
            case FAILED -> FAILURE;
        };
        return new Message().message(END_INFO, new Message().integer(STATUS, status)
                .real64(END_SECONDS, Instant.now().getEpochSecond()));
    }
}
