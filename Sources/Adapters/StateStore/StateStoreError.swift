internal import GRDB

/// The one error of this module.
package struct StateStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The disk is full, the file is busy or cannot be opened: worth another try.
        case unavailable
        /// The bytes are not what was written.
        case corrupt
        /// Written by a newer version; nothing was changed.
        case newer
    }

    package var code: Code
    /// Names the file.
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }

    /// SQLite's error with what was being done; statements and values are left out, for they may hold secrets.
    init(_ error: any Error, doing operation: String, path: String) {
        if let error = error as? StateStoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.unavailable, "\(operation) \(path): \(error)")
            return
        }
        let isCorrupt = [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode.primaryResultCode)
        let words = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        self.init(isCorrupt ? .corrupt : .unavailable, "\(operation) \(path): \(words)")
    }
}
