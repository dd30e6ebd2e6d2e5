/// Transactions over pages: reading a snapshot, changing it, committing, and recovering after a
/// crash.
package dev.rookery.storage.tx;
