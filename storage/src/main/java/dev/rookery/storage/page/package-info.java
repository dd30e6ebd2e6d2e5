/// Pages: their layout, the data file they live in, how a transaction reads and changes them.
///
/// Start at [dev.rookery.storage.page.PageLayout] for the bytes and
/// [dev.rookery.storage.page.PageReader] for the access.
package dev.rookery.storage.page;
