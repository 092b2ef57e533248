extension LogFilter {
    /// All of them; one alone stands for itself.
    static func every(_ filters: [LogFilter]) -> LogFilter {
        switch filters.count {
        case 0: .all
        case 1: filters[0]
        default: .and(filters)
        }
    }

    /// One of them; one alone stands for itself.
    static func some(_ filters: [LogFilter]) -> LogFilter {
        switch filters.count {
        case 0: .nothing
        case 1: filters[0]
        default: .or(filters)
        }
    }

    var negated: LogFilter {
        switch self {
        case .all: .nothing
        case .nothing: .all
        case .not(let inner): inner
        default: .not(self)
        }
    }

    /// A test over one of several fields.
    static func some(of fields: [FieldSelector], _ test: ValueTest) -> LogFilter {
        some(fields.map { .test($0, test) })
    }
}

extension FieldSelector {
    /// A name as languages write it: with `*` a pattern, `*` alone any field.
    init(name: String) {
        if name == "*" || name == "_all" {
            self = .any
        } else if name.utf8.contains(UInt8(ascii: "*")) {
            self = .matching(name)
        } else {
            self = .named(name)
        }
    }

    var isTimestamp: Bool { self == .named("@timestamp") }
}
