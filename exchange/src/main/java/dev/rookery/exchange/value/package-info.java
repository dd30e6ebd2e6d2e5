/// How values of properties are written as texts and read back, for all formats that have texts
/// only. Inside of the module.
package dev.rookery.exchange.value;
