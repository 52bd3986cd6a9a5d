package io.yolofit.app.doctor;

/// Tests whether an engine works on this machine.
@FunctionalInterface
public interface EngineProbe {
    /// Loads the engine and runs a small computation. Never throws: a failure is a finding.
    Check probe();
}
