import HTTPAPI
import StateStore

/// Which dead letters are done with, in the state database.
struct KeptSettledLetters: SettledLetterKeeping {
    let store: SQLiteSettledLetters

    func load() throws -> [Range<UInt64>] { try store.load() }

    /// While the disk is full whoever asks is to try again.
    func replace(_ removed: [Range<UInt64>], with added: [Range<UInt64>]) throws {
        do { try store.replace(removed, with: added) } catch let error where error.code == .unavailable {
            throw APIError(.unavailable, error.message, retryAfterSeconds: 5)
        }
    }
}
