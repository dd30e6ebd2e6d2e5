package dev.rookery.storage.io;

/// The process has died, as far as the simulated disk is concerned: nothing it does can reach the
/// disk any more. An error, so that no handler of failed I/O takes it for one.
public final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1L;

  SimulatedCrash(String message) {
    super(message);
  }
}
