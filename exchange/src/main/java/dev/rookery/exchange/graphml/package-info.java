/// GraphML as text: what stands in a file and how it is written. Inside of the module; the face is
/// [dev.rookery.exchange]. Start reading at [dev.rookery.exchange.graphml.GraphMlReader].
package dev.rookery.exchange.graphml;
