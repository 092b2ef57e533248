/// The port through which changes of files are noticed.
package protocol FolderWatching: Sendable {
    /// An element, soon, after a file in one of `folders` was written, moved or removed; several changes may be one
    /// element. A folder that cannot be watched is left out. Ends when its consumer's task is cancelled.
    func changes(in folders: Set<String>) -> AsyncStream<Void>
}
