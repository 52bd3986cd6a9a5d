package io.yolofit.engine.agreement;

import io.yolofit.testkit.Seed;

/// A detector with the blocks of YOLOv5 and YOLOv8.
class ModelAgreementTest extends ModelAgreement {
    ModelAgreementTest() {
        super(new AllBlocksModel(new Seed(18), AllBlocksModel.V8_ROWS));
    }
}
