internal import CPCRE2

/// One search of a pattern in a text, at a cost that is known.
///
/// PCRE2's machine code limits the steps at each place where a match may begin, and does not tell how many it took. So each
/// place is given few at first; where they do not do, place by place, eight times as many, and so on, each time paid for.
struct BacktrackingSearch {
    /// Enough for nearly every match of nearly every pattern.
    static let firstLimit: UInt32 = 128
    /// Past it a match ends with `LimitReached`.
    static let lastLimit: UInt32 = 5_000_000
    private static let growth: UInt32 = 8
    /// Of memory that a match may take, in KiB.
    private static let heapLimitKiB: UInt32 = 32 << 10
    private static let depthLimit: UInt32 = 10_000
    /// Where a step may be a loop over the text, steps in vain count as several in texts of more bytes.
    private static let uncountedBytes = 8

    enum Outcome {
        case found, none, limitReached
    }

    let code: OpaquePointer
    let data: OpaquePointer?
    let text: UnsafeBufferPointer<UInt8>
    /// With the first limit; shared by all searches.
    let limits: OpaquePointer
    /// At the first place alone, and to the end of the text.
    let isWhole: Bool
    let hidesSteps: Bool

    static func makeLimits() -> OpaquePointer {
        let limits = pcre2_match_context_create_8(nil)!
        pcre2_set_match_limit_8(limits, firstLimit)
        pcre2_set_heap_limit_8(limits, heapLimitKiB)
        pcre2_set_depth_limit_8(limits, depthLimit)
        return limits
    }

    /// Whether there is a match at or behind `start`, in `data` then.
    func run(from start: Int, _ budget: inout MatchBudget) throws(BacktrackingExpression.LimitReached) -> Bool {
        // Fast path: no place takes many steps.
        let outcome = try call(from: start, limits)
        guard case .limitReached = outcome else {
            try budget.charge(places(from: start, to: text.count, outcome))
            return outcome == .found
        }
        return try runPlaceByPlace(from: start, &budget)
    }

    private func runPlaceByPlace(
        from start: Int, _ budget: inout MatchBudget
    ) throws(BacktrackingExpression.LimitReached) -> Bool {
        let limits = Self.makeLimits()
        defer { pcre2_match_context_free_8(limits) }
        var place = start
        var width = 1
        var limit = Self.firstLimit
        while place <= text.count {
            let last = min(place + width - 1, text.count)
            pcre2_set_match_limit_8(limits, limit)
            if !isWhole { pcre2_set_offset_limit_8(limits, last) }
            let outcome = try call(from: place, limits)
            try budget.charge(places(from: place, to: last, outcome) * price(limit, outcome))
            switch outcome {
            case .found: return true
            case .none:
                if isWhole { return false }
                place = last + 1
                while place < text.count, text[place] & 0xc0 == 0x80 { place += 1 }
                // With the limit that did for it: what PCRE2 learns in one call about the places it has passed spares
                // most of the next ones.
                width *= 2
            case .limitReached where width > 1: width = 1
            case .limitReached:
                guard limit < Self.lastLimit else { throw BacktrackingExpression.LimitReached() }
                limit = min(limit * Self.growth, Self.lastLimit)
            }
        }
        return false
    }

    private func places(from start: Int, to last: Int, _ outcome: Outcome) -> Int {
        guard outcome == .found, let places = pcre2_get_ovector_pointer_8(data) else { return last - start + 1 }
        return max(places[0], start) - start + 1
    }

    private func price(_ limit: UInt32, _ outcome: Outcome) -> Int {
        let steps = Int(limit / Self.firstLimit)
        return hidesSteps && outcome != .found ? steps * (1 + text.count / Self.uncountedBytes) : steps
    }

    private func call(
        from start: Int, _ limits: OpaquePointer
    ) throws(BacktrackingExpression.LimitReached) -> Outcome {
        var options = UInt32(PCRE2_NO_UTF_CHECK)
        // Anchors are not for compiled machine code.
        if isWhole { options |= UInt32(PCRE2_ANCHORED) | UInt32(PCRE2_ENDANCHORED) }
        var result = match(start, options, limits)
        if result == PCRE2_ERROR_JIT_STACKLIMIT { result = match(start, options | UInt32(PCRE2_NO_JIT), limits) }
        switch result {
        case 1...: return .found
        case PCRE2_ERROR_NOMATCH: return .none
        case PCRE2_ERROR_MATCHLIMIT: return .limitReached
        // Of depth or memory.
        default: throw BacktrackingExpression.LimitReached()
        }
    }

    private func match(_ start: Int, _ options: UInt32, _ limits: OpaquePointer) -> Int32 {
        if let base = text.baseAddress {
            return pcre2_match_8(code, base, text.count, start, options, data, limits)
        }
        let empty: [UInt8] = [0]
        return pcre2_match_8(code, empty, 0, start, options, data, limits)
    }
}
