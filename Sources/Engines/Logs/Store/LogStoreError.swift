package import Basics

/// Why the store cannot do what it was asked.
package enum LogStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    case disk(FileSystemError)
    /// Bytes that are not what was written, where nothing can be served around them.
    case damaged(path: String, reason: String)
    case query(LogQueryError)

    package var description: String {
        switch self {
        case .disk(let error): error.description
        case .damaged(let path, let reason): "\(path): \(reason)"
        case .query(let error): error.description
        }
    }
}
