package io.yolofit.engine.agreement;

import io.yolofit.testkit.Seed;

/// A detector with a one-to-many and a one-to-one branch.
class EndToEndAgreementTest extends ModelAgreement {
    EndToEndAgreementTest() {
        super(new AllBlocksModel(new Seed(21), AllBlocksModel.END_TO_END_ROWS));
    }
}
