/// The port through which changes of files are noticed.
package protocol FolderWatching: Sendable {
    /// An element, soon, after a file in one of `folders` was written, moved or removed; several changes may be one
    /// element. Nil when one of them cannot be watched, for instance because it is not there yet. Ends when its
    /// consumer's task is cancelled.
    func changes(in folders: Set<String>) -> AsyncStream<Void>?
}
