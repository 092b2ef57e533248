internal import CPCRE2

/// A pattern that may backtrack, on PCRE2's compiler to machine code, with a limit on how far: a pattern that would
/// search for ever ends with an error instead.
///
/// Texts without a byte beyond ASCII, most of them, are matched byte by byte, which is some times faster and means
/// the same. Safe to use from several threads at once.
// Compiled code does not change; each match has its own data.
final class BacktrackingExpression: @unchecked Sendable {
    struct Invalid: Error, CustomStringConvertible {
        var description: String
    }

    struct LimitReached: Error {}

    let pattern: String
    private let unicode: OpaquePointer
    /// Nil when the pattern means something else in bytes.
    private let ascii: OpaquePointer?
    private let limits: OpaquePointer
    private let hidesSteps: Bool
    let groupCount: Int

    /// As Java has it: `^` and `$` at the ends only, `\w` is ASCII.
    convenience init(java pattern: String) throws(Invalid) {
        try self.init(JavaPattern.translated(pattern), name: pattern, options: 0)
    }

    /// `options` beside UTF.
    init(_ translated: String, name: String, options: UInt32, isUnicode: Bool = false) throws(Invalid) {
        pattern = name
        let utf = UInt32(PCRE2_UTF) | (isUnicode ? UInt32(PCRE2_UCP) : 0)
        let options = options | UInt32(PCRE2_USE_OFFSET_LIMIT)
        hidesSteps = HiddenSteps.areIn(translated)
        unicode = try Self.compiled(translated, options | utf)
        ascii = try? Self.compiled(translated, options)
        var count: UInt32 = 0
        pcre2_pattern_info_8(unicode, UInt32(PCRE2_INFO_CAPTURECOUNT), &count)
        groupCount = Int(count)
        limits = BacktrackingSearch.makeLimits()
    }

    deinit {
        pcre2_match_context_free_8(limits)
        pcre2_code_free_8(unicode)
        if let ascii { pcre2_code_free_8(ascii) }
    }

    private static func compiled(_ pattern: String, _ options: UInt32) throws(Invalid) -> OpaquePointer {
        var number: Int32 = 0
        var offset = 0
        var text = pattern
        let code = text.withUTF8 { pcre2_compile_8($0.baseAddress, $0.count, options, &number, &offset, nil) }
        guard let code else {
            var message = [UInt8](repeating: 0, count: 200)
            let count = pcre2_get_error_message_8(number, &message, message.count)
            let reason = String(decoding: message.prefix(Int(max(count, 0))), as: UTF8.self)
            throw Invalid(description: "\(reason) at position \(offset)")
        }
        // Without it matching works too, slowly.
        pcre2_jit_compile_8(code, UInt32(PCRE2_JIT_COMPLETE))
        return code
    }

    /// Groups by name, those of one name in their order.
    var groupNames: [(name: String, group: Int)] {
        var count: UInt32 = 0
        var size: UInt32 = 0
        var table: UnsafePointer<UInt8>?
        pcre2_pattern_info_8(unicode, UInt32(PCRE2_INFO_NAMECOUNT), &count)
        pcre2_pattern_info_8(unicode, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
        pcre2_pattern_info_8(unicode, UInt32(PCRE2_INFO_NAMETABLE), &table)
        guard let table else { return [] }
        return (0..<Int(count)).map { index in
            let entry = table + index * Int(size)
            return (String(cString: entry + 2), Int(entry[0]) << 8 | Int(entry[1]))
        }
    }

    /// One match: where its groups stand in the bytes of the text, group 0 first.
    struct Match {
        fileprivate(set) var ranges: [Range<Int>?]

        func text(_ group: Int, _ text: UnsafeBufferPointer<UInt8>) -> String? {
            ranges[group].map { String(decoding: text[$0], as: UTF8.self) }
        }
    }

    /// The first match; `text` is UTF-8.
    func firstMatch(
        in text: UnsafeBufferPointer<UInt8>, isWhole: Bool = false, _ budget: inout MatchBudget
    ) throws(LimitReached) -> Match? {
        let code = code(for: text)
        let data = pcre2_match_data_create_from_pattern_8(code, nil)
        defer { pcre2_match_data_free_8(data) }
        let search = BacktrackingSearch(
            code: code, data: data, text: text, limits: limits, isWhole: isWhole, hidesSteps: hidesSteps)
        return try search.run(from: 0, &budget) ? Self.match(data) : nil
    }

    private func code(for text: UnsafeBufferPointer<UInt8>) -> OpaquePointer {
        guard let ascii, text.allSatisfy({ $0 < 0x80 }) else { return unicode }
        return ascii
    }

    /// What was found last.
    private static func match(_ data: OpaquePointer?) -> Match? {
        guard let places = pcre2_get_ovector_pointer_8(data) else { return nil }
        let count = Int(pcre2_get_ovector_count_8(data))
        return Match(
            ranges: (0..<count).map { group in
                let (from, to) = (places[2 * group], places[2 * group + 1])
                return from == Int.max || from < 0 || to < from ? nil : from..<to
            })
    }

    func matches(
        _ text: String, isWhole: Bool = false, _ budget: inout MatchBudget
    ) throws(LimitReached) -> Bool {
        var text = text
        return try Self.withBytes(&text) { bytes throws(LimitReached) in
            try firstMatch(in: bytes, isWhole: isWhole, &budget) != nil
        }
    }

    /// Of one text; more are refused.
    private static let matchesMax = 500_000

    /// Every match, one behind the other.
    func allMatches(
        in text: UnsafeBufferPointer<UInt8>, _ budget: inout MatchBudget
    ) throws(LimitReached) -> [Match] {
        // Once for all of them: looking at the whole text for each match takes hours where there are many.
        let code = code(for: text)
        let data = pcre2_match_data_create_from_pattern_8(code, nil)
        defer { pcre2_match_data_free_8(data) }
        let search = BacktrackingSearch(
            code: code, data: data, text: text, limits: limits, isWhole: false, hidesSteps: hidesSteps)
        var matches: [Match] = []
        var start = 0
        while start <= text.count, try search.run(from: start, &budget), let match = Self.match(data) {
            let range = match.ranges[0] ?? start..<start
            guard matches.count < Self.matchesMax else { throw LimitReached() }
            matches.append(match)
            start = range.upperBound
            if range.isEmpty {
                start += 1
                while start < text.count, text[start] & 0xc0 == 0x80 { start += 1 }
            }
        }
        return matches
    }

    /// `withUTF8` for a closure that throws one kind of error.
    static func withBytes<Result, Failure: Error>(
        _ text: inout String, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let result = text.withUTF8 { bytes -> Swift.Result<Result, Failure> in
            do throws(Failure) { return .success(try body(bytes)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
