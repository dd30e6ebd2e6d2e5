/// Where the store's own work runs, in which order, and what time it is: the seam through which
/// threads and clocks come in, and databases share a disk.
///
/// Start at [dev.rookery.storage.schedule.IoScheduler].
package dev.rookery.storage.schedule;
