/// The seam to the operating system: files, mappings, directory syncs and the lock of a database.
///
/// Nothing above this package touches a channel or maps memory. Start at
/// [dev.rookery.storage.io.StorageFileSystem].
package dev.rookery.storage.io;
