package import Basics
import Synchronization

/// A search of logs that somebody gave a name.
package struct SavedSearch: Sendable, Hashable {
    package var name: String
    /// The query part of the page's address: query, language, filters, columns and time.
    package var search: String
    package var changedAt: Timestamp
    /// A principal's audit name.
    package var changedBy: String

    package init(name: String, search: String, changedAt: Timestamp, changedBy: String) {
        self.name = name
        self.search = search
        self.changedAt = changedAt
        self.changedBy = changedBy
    }
}

/// Keeps saved searches; calls block, and a change is durable on return.
package protocol SavedSearchKeeping: Sendable {
    func load() throws -> [SavedSearch]
    func put(_ search: SavedSearch) throws
    func remove(name: String) throws
}

/// The searches that a team shares, in memory over whoever keeps them.
package final class SavedSearches: Sendable {
    /// Further ones are refused.
    static let countMax = 1000
    static let nameBytesMax = 200
    static let searchBytesMax = 16 << 10

    private let keeping: any SavedSearchKeeping
    private let searches: Mutex<[String: SavedSearch]>

    /// Reads them; blocks.
    package init(_ keeping: any SavedSearchKeeping) throws {
        self.keeping = keeping
        searches = Mutex(Dictionary(try keeping.load().map { ($0.name, $0) }, uniquingKeysWith: { $1 }))
    }

    var all: [SavedSearch] { searches.withLock { Array($0.values) }.sorted { $0.name < $1.name } }

    subscript(name: String) -> SavedSearch? { searches.withLock { $0[name] } }

    /// Blocks.
    func put(_ search: SavedSearch) throws {
        let hasRoom = searches.withLock { $0[search.name] != nil || $0.count < Self.countMax }
        guard hasRoom else { throw APIError(.execution, "there may be at most \(Self.countMax) saved searches") }
        try keeping.put(search)
        searches.withLock { $0[search.name] = search }
    }

    /// Blocks.
    func remove(name: String) throws {
        try keeping.remove(name: name)
        searches.withLock { $0[name] = nil }
    }
}
