internal import CRE2

/// A compiled RE2 pattern: linear in the text whatever the pattern, `.` matches newlines.
///
/// Safe to use from several threads at once.
package final class RegularExpression: @unchecked Sendable {  // RE2 objects are immutable and documented thread-safe.
    package let pattern: String
    private let compiled: OpaquePointer

    /// Beyond this a pattern's automaton is refused ("pattern too large"); Go's regexp has a comparable cap.
    private static let memoryBytesMax: Int64 = 8 << 20

    package struct InvalidPattern: Error, Sendable, CustomStringConvertible {
        package var reason: String
        package var description: String { reason }
    }

    package init(_ pattern: String) throws(InvalidPattern) {
        var text = pattern
        var reason = [CChar](repeating: 0, count: 256)
        var reasonCount = 0
        let result = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                reason.withUnsafeMutableBufferPointer {
                    cre2_compile(
                        characters.baseAddress, characters.count, Self.memoryBytesMax,
                        $0.baseAddress, $0.count, &reasonCount)
                }
            }
        }
        guard let result else {
            throw InvalidPattern(
                reason: String(decoding: reason.prefix(reasonCount).map(UInt8.init(bitPattern:)), as: UTF8.self))
        }
        self.pattern = pattern
        compiled = result
    }

    deinit { cre2_free(compiled) }

    /// Instructions in the compiled program: about one a literal byte, thousands for a Unicode class. Who takes
    /// many patterns from a stranger adds these up, since a short pattern can compile to megabytes.
    package var programSize: Int { Int(cre2_program_size(compiled)) }

    package var groupCount: Int { Int(cre2_group_count(compiled)) }

    /// The name of group `index`, counted from 1.
    package func groupName(_ index: Int) -> String? {
        cre2_group_name(compiled, Int32(index)).map { String(cString: $0) }
    }

    package func matchesWhole(_ text: UnsafeRawBufferPointer) -> Bool {
        text.withMemoryRebound(to: CChar.self) { cre2_matches_whole(compiled, $0.baseAddress, $0.count) }
    }

    package func matchesWhole(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { matchesWhole(UnsafeRawBufferPointer($0)) }
    }

    /// Captures of a match of the whole text, group 0 first; nil where a group took no part.
    package func captures(of text: String) -> [Substring?]? { groups(of: text, from: nil) }

    /// The leftmost match at or after byte `offset`, anchored nowhere.
    package func firstMatch(in text: String, from offset: Int = 0) -> [Substring?]? { groups(of: text, from: offset) }

    private func groups(of text: String, from offset: Int?) -> [Substring?]? {
        var text = text
        text.makeContiguousUTF8()
        let capacity = groupCount + 1
        var starts = [Int](repeating: -1, count: capacity)
        var ends = starts
        let found = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                if let offset {
                    cre2_search(
                        compiled, characters.baseAddress, characters.count, offset, Int32(capacity), &starts, &ends)
                } else {
                    cre2_captures(compiled, characters.baseAddress, characters.count, Int32(capacity), &starts, &ends)
                }
            }
        }
        guard found else { return nil }
        return (0..<capacity).map { group in
            guard starts[group] >= 0 else { return nil }
            let view = text.utf8
            let from = view.index(view.startIndex, offsetBy: starts[group])
            return text[from..<view.index(view.startIndex, offsetBy: ends[group])]
        }
    }
}
