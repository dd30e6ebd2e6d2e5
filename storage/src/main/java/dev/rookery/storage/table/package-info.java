/// Tables without an index: records by physical id, and arrays spread over pages.
///
/// Start at [dev.rookery.storage.table.RecordTable] and [dev.rookery.storage.table.PagedTable]; the
/// bytes are in `RecordLayout` and `PagedLayout`. Everything read from a page (count, offset,
/// length, page number) is verified before it is used: a page may have the right checksum and still
/// be hostile. A table is read by any number of threads and written by one, through the transaction
/// that each call is given.
package dev.rookery.storage.table;
