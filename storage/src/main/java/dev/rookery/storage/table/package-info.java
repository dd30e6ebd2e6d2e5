/// Tables without an index: records by physical id, and arrays spread over pages.
package dev.rookery.storage.table;
