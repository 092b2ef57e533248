internal import Synchronization

/// What queries decoded last of the parts of a store, up to so many bytes: they come again and again for the same
/// blocks, as the requests behind one page of the console do.
final class SectionCache: Sendable {
    enum Piece: Sendable {
        /// Rows of entries, or codes.
        case numbers([UInt32])
        case list(ValueList)
        case templates(TemplateStrings)
        case words(WordLists)

        var asNumbers: [UInt32]? { if case .numbers(let numbers) = self { numbers } else { nil } }
        var asList: ValueList? { if case .list(let list) = self { list } else { nil } }
        var asTemplates: TemplateStrings? { if case .templates(let strings) = self { strings } else { nil } }
        var asWords: WordLists? { if case .words(let words) = self { words } else { nil } }

        var bytesCount: Int {
            switch self {
            case .numbers(let numbers): numbers.count * 4
            case .list(let list): list.bytesCount
            case .templates(let strings): strings.bytesCount
            case .words(let words): words.short.bytesCount + words.long.bytesCount
            }
        }
    }

    enum Kind: UInt8 {
        case numbers, list, shortTemplates, allTemplates, words
    }

    struct Key: Hashable {
        var file: UInt64
        /// Of the section in the file.
        var offset: Int
        var kind: Kind
    }

    private struct Entry {
        var piece: Piece
        var bytesCount: Int
        var lastUse: UInt64
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var bytesCount = 0
        var clock: UInt64 = 0
    }

    private let bytesMax: Int
    private let state = Mutex(State())
    private let files = Atomic<UInt64>(0)

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// A number for a file whose sections are to be kept here.
    func newFile() -> UInt64 { files.add(1, ordering: .relaxed).newValue }

    subscript(key: Key) -> Piece? {
        state.withLock { state in
            state.clock += 1
            state.entries[key]?.lastUse = state.clock
            return state.entries[key]?.piece
        }
    }

    func insert(_ piece: Piece, _ key: Key) {
        let count = piece.bytesCount + 128
        // One that is large would push out many.
        guard count <= bytesMax / 8 else { return }
        let old = state.withLock { state -> [Entry] in
            state.clock += 1
            let entry = Entry(piece: piece, bytesCount: count, lastUse: state.clock)
            guard state.entries.updateValue(entry, forKey: key) == nil else { return [] }
            state.bytesCount += count
            return state.bytesCount > bytesMax ? Self.evict(&state, to: bytesMax / 4 * 3) : []
        }
        // What they held is given back outside of the lock.
        withExtendedLifetime(old) {}
    }

    private static func evict(_ state: inout State, to bytesMax: Int) -> [Entry] {
        var gone: [Entry] = []
        for (key, _) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
            guard state.bytesCount > bytesMax, let entry = state.entries.removeValue(forKey: key) else { break }
            state.bytesCount -= entry.bytesCount
            gone.append(entry)
        }
        return gone
    }

    /// Of files that are gone.
    func forget(_ file: UInt64) {
        let old = state.withLock { state -> [Entry] in
            let keys = state.entries.keys.filter { $0.file == file }
            let gone = keys.compactMap { state.entries.removeValue(forKey: $0) }
            state.bytesCount -= gone.reduce(0) { $0 + $1.bytesCount }
            return gone
        }
        withExtendedLifetime(old) {}
    }
}
