/// What tests of all engines share.
package io.yolofit.engine.testing;
