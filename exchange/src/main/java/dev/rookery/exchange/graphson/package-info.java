/// GraphSON as text: what stands in a file and how it is written. Inside of the module; the face is
/// [dev.rookery.exchange]. Start reading at [dev.rookery.exchange.graphson.GraphSonReader].
package dev.rookery.exchange.graphson;
