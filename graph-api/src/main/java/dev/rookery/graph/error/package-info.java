/// What a caller of the graph can do wrong; failures of the store are in
/// [dev.rookery.storage.error].
package dev.rookery.graph.error;
