internal import Basics
internal import Synchronization

/// The bytes of a part, and whether a query found something wrong with them.
final class PartFile: Sendable {
    let path: String
    let content: FileContent
    private let damage = Mutex<String?>(nil)

    init(path: String, content: FileContent) {
        self.path = path
        self.content = content
    }

    /// What is wrong with it, once somebody has found out.
    var knownDamage: String? { damage.withLock { $0 } }

    func note(_ found: Damage) { damage.withLock { $0 = $0 ?? found.what } }
}
