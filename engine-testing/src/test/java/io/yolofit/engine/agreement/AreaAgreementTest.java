package io.yolofit.engine.agreement;

import io.yolofit.testkit.Seed;

/// A detector with the blocks of YOLOv12.
class AreaAgreementTest extends ModelAgreement {
    AreaAgreementTest() {
        super(new AllBlocksModel(new Seed(18), AllBlocksModel.AREA_ROWS));
    }
}
