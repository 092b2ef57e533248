extension LogFilter {
    /// The fields whose values decide; nil where any field may.
    package var fields: Set<String>? {
        switch self {
        case .all, .nothing: return []
        case .not(let inner): return inner.fields
        case .test(.named(let name), _): return [name]
        case .test: return nil
        case .and(let parts), .or(let parts), .atLeast(_, let parts):
            var fields: Set<String> = []
            for part in parts {
                guard let own = part.fields else { return nil }
                fields.formUnion(own)
            }
            return fields
        }
    }
}
