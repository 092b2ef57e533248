internal import Basics
internal import Synchronization

/// The bytes of a part, and whether a query found something wrong with them.
final class PartFile: Sendable {
    let path: String
    let content: FileContent
    /// Nil in parts of the first version.
    let terms: TermIndex?
    let cache: SectionCache
    /// In the cache.
    let cacheNumber: UInt64
    private let damage = Mutex<String?>(nil)

    init(path: String, content: FileContent, terms: TermIndex?, _ cache: SectionCache) {
        self.path = path
        self.content = content
        self.terms = terms
        self.cache = cache
        cacheNumber = cache.newFile()
    }

    deinit { cache.forget(cacheNumber) }

    /// What is wrong with it, once somebody has found out.
    var knownDamage: String? { damage.withLock { $0 } }

    func note(_ found: Damage) { damage.withLock { $0 = $0 ?? found.what } }

    /// Runs `body`; what is wrong with the bytes it looks at is told with the file's name.
    func reading<Value>(_ body: () throws(Damage) -> Value) throws(LogQueryError) -> Value {
        do throws(Damage) { return try body() } catch {
            note(error)
            throw LogQueryError(.damaged, "\(path): \(error.what)")
        }
    }
}
