/// Backups: archives of a snapshot's pages, whole or since an earlier archive, and the way back.
///
/// Start at [dev.rookery.storage.backup.HotBackup] for the way out and
/// [dev.rookery.storage.backup.BackupReader] for the way back.
package dev.rookery.storage.backup;
