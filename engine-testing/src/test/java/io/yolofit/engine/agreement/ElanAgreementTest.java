package io.yolofit.engine.agreement;

import io.yolofit.testkit.Seed;

/// A detector with the blocks of YOLOv9.
class ElanAgreementTest extends ModelAgreement {
    ElanAgreementTest() {
        super(new AllBlocksModel(new Seed(18), AllBlocksModel.ELAN_ROWS));
    }
}
