/// The seam for disk. Paths are absolute or relative to the process; separators are `/`.
///
/// Calls block; make them from a thread that may. Every error is a `FileSystemError`.
/// Implementations may be called from any thread at once.
package protocol FileSystem: Sendable {
    /// Opens for appending, creating the file when missing. The directory entry of a new file
    /// is durable only after `syncDirectory` on its parent.
    func openForAppending(_ path: String) throws(FileSystemError) -> any AppendableFile

    /// The whole content. `notFound` when there is none; `tooLarge` beyond `bytesMax`.
    func read(_ path: String, bytesMax: Int) throws(FileSystemError) -> [UInt8]

    /// The whole content, without reading it until it is looked at. `notFound` when there is none.
    func map(_ path: String) throws(FileSystemError) -> FileContent

    /// Replaces the content: writes beside it, syncs, renames, syncs the directory. After a crash the
    /// file is either the old or the new one, whole.
    func replace(_ path: String, with bytes: [UInt8]) throws(FileSystemError)

    /// Cuts a file to `count` bytes and makes that durable.
    func truncate(_ path: String, to count: Int) throws(FileSystemError)

    /// Names in a directory, unsorted, without `.` and `..`.
    func list(_ directory: String) throws(FileSystemError) -> [String]

    func size(_ path: String) throws(FileSystemError) -> Int
    func exists(_ path: String) -> Bool
    func createDirectory(_ path: String) throws(FileSystemError)
    func remove(_ path: String) throws(FileSystemError)
    func rename(_ path: String, to destination: String) throws(FileSystemError)
    /// A second name for the same file; durable after `syncDirectory` on the parent of `destination`.
    func link(_ path: String, to destination: String) throws(FileSystemError)
    /// Makes creations, renames and removals in `directory` durable.
    func syncDirectory(_ directory: String) throws(FileSystemError)
}

/// One open file that only grows. Not safe for concurrent use; its owner serialises.
package protocol AppendableFile: AnyObject, Sendable {
    /// Bytes in the file, written ones included.
    var count: Int { get }
    /// Writes all of `bytes`. On an error any prefix may have been written.
    func append(_ bytes: UnsafeRawBufferPointer) throws(FileSystemError)
    /// Returns once everything written so far is on stable storage (fdatasync).
    func sync() throws(FileSystemError)
    /// Cuts the file to `count` bytes, to undo a write that failed half-way.
    func truncate(to count: Int) throws(FileSystemError)
    func close()
}

package struct FileSystemError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case notFound, noSpace, tooLarge
        case other(errno: Int32)
    }

    package var code: Code
    package var operation: String
    package var path: String
    package var message: String

    package init(code: Code, operation: String, path: String, message: String) {
        self.code = code
        self.operation = operation
        self.path = path
        self.message = message
    }

    package var description: String { "\(operation) \(path): \(message)" }
}

extension AppendableFile {
    /// Appends a whole array.
    package func append(_ bytes: [UInt8]) throws(FileSystemError) {
        let outcome = bytes.withUnsafeBytes { raw -> Result<Void, FileSystemError> in
            do throws(FileSystemError) {
                try append(raw)
                return .success(())
            } catch { return .failure(error) }
        }
        try outcome.get()
    }
}
