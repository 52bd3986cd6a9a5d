/// Fixtures shared by the tests of all engines.
package io.yolofit.engine.testing;
