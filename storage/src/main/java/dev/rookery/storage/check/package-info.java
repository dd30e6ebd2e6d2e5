/// Results of checking a database; each structure checks itself and reports here.
package dev.rookery.storage.check;
