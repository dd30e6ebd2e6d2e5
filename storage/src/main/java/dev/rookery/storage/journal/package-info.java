/// The journal: every commit as page differences, in numbered files, written by one thread and read
/// by recovery.
///
/// Start at `JournalLayout` for the bytes, then [dev.rookery.storage.journal.Journal].
package dev.rookery.storage.journal;
