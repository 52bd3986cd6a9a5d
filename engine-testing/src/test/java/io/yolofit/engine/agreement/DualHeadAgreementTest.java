package io.yolofit.engine.agreement;

import io.yolofit.testkit.Seed;

/// A detector with an auxiliary branch.
class DualHeadAgreementTest extends ModelAgreement {
    DualHeadAgreementTest() {
        super(new AllBlocksModel(new Seed(23), AllBlocksModel.DUAL_ROWS));
    }
}
