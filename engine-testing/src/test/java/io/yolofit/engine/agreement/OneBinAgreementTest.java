package io.yolofit.engine.agreement;

import io.yolofit.testkit.Seed;

/// A detector with two branches whose box logits are distances.
class OneBinAgreementTest extends ModelAgreement {
    OneBinAgreementTest() {
        super(new AllBlocksModel(new Seed(22), AllBlocksModel.ONE_BIN_ROWS));
    }
}
