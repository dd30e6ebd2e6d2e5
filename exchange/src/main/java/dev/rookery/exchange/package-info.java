/// Graphs from files and to files.
///
/// [dev.rookery.exchange.CsvImport] reads CSV with typed headers, [dev.rookery.exchange.CsvExport]
/// writes what it reads back equal, [dev.rookery.exchange.EdgeListImport] reads plain edge lists.
/// Imports go through a bulk load, so they are all or nothing, and take graphs larger than memory.
/// Whatever a file holds, an import ends with a graph or with an
/// [dev.rookery.exchange.ImportException] that names file and line.
package dev.rookery.exchange;
