/// Words that a record has to have so that it can pass a filter, as far as that is known: what indices of words are
/// asked before any block is looked at.
indirect enum TermNeed: Sendable {
    /// Nothing is known.
    case unknown
    case term(UInt32)
    case all([TermNeed])
    case any([TermNeed])

    /// The blocks of a part that may have such records; nil for all.
    func blocks(_ index: TermIndex) throws(Damage) -> RowBitmap? {
        switch self {
        case .unknown: return nil
        case .term(let term): return try index.blocks(of: term)
        case .all(let needs):
            var blocks: RowBitmap?
            for need in needs {
                guard let found = try need.blocks(index) else { continue }
                if blocks == nil { blocks = found } else { blocks?.formIntersection(found) }
                if let blocks, blocks.isEmpty { return blocks }
            }
            return blocks
        case .any(let needs):
            var blocks = RowBitmap(rowCount: index.blockCount)
            for need in needs {
                guard let found = try need.blocks(index) else { return nil }
                blocks.formUnion(found)
            }
            return blocks
        }
    }
}

extension CompiledFilter {
    var need: TermNeed {
        switch self {
        case .all, .not: .unknown
        case .nothing: .any([])
        case .and(let parts): .all(parts.map(\.need))
        case .or(let parts): .any(parts.map(\.need))
        case .atLeast(let count, let parts):
            count <= 0 ? .unknown : count >= parts.count ? .all(parts.map(\.need)) : .any(parts.map(\.need))
        case .test(let test): test.need
        }
    }
}

extension CompiledFilter.FieldTest {
    fileprivate var need: TermNeed {
        // These are no fields: their words are in no index.
        if case .named(let name) = selector, ["@timestamp", "_index", "_id"].contains(name) { return .unknown }
        return .any([keyword.need, text.need])
    }
}

/// The blocks of each part that a query needs to look at, found out when its first one comes up. Used by one thread.
final class TermCandidates {
    private let need: TermNeed
    private var known: [ObjectIdentifier: RowBitmap?] = [:]

    init(_ need: TermNeed) { self.need = need }

    func mayPass(_ block: StoredBlock) throws(LogQueryError) -> Bool {
        if case .unknown = need { return true }
        guard let index = block.file.terms else { return true }
        let part = ObjectIdentifier(block.file)
        if let blocks = known[part] { return blocks?[block.number] ?? true }
        let blocks = try block.file.reading { () throws(Damage) in try need.blocks(index) }
        known[part] = .some(blocks)
        return blocks?[block.number] ?? true
    }
}
