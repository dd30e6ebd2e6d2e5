/// Versions of pages: what a snapshot sees, where changed pages wait in memory, and when a version
/// can go.
///
/// Start at [dev.rookery.storage.mvcc.Snapshot], then
/// [dev.rookery.storage.mvcc.PageTranslationTable].
package dev.rookery.storage.mvcc;
