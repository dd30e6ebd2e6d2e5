/// The store: a file of pages with transactions, trees and tables.
package dev.rookery.storage;
