package io.yolofit.engine.agreement;

import io.yolofit.testkit.Seed;

/// A detector with the blocks of YOLOv10, 11 and 26.
class AttentionAgreementTest extends ModelAgreement {
    AttentionAgreementTest() {
        super(new AllBlocksModel(new Seed(18), AllBlocksModel.ATTENTION_ROWS));
    }
}
