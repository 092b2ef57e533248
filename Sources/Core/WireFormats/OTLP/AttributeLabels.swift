import Basics
import SignalModel

/// Gathers the labels of series from their resource, their scope and their point. What was added for the resource
/// stays while its scopes come and go, and so on: see `mark` and `cut`. Reuses its memory.
struct AttributeLabels {
    /// Who wins where two make a label of the same name.
    enum Rank: UInt8 {
        case promoted, attribute, scope, identity, own
    }

    /// Places in the texts; small, because they are sorted for each point.
    private struct Pair {
        var prefix: UInt64
        var name: Place
        var value: Place
        /// As it was sent, in the message; empty for names that were not.
        var key = Place(0..<0)
        var rank: Rank
    }

    private struct Place {
        var start: UInt32
        var count: UInt32

        init(_ range: Range<Int>) {
            start = UInt32(truncatingIfNeeded: range.lowerBound)
            count = UInt32(truncatingIfNeeded: range.count)
        }

        var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
    }

    struct Mark {
        fileprivate var texts = fixedTexts.count
        fileprivate var pairs = 0
    }

    enum Bound {
        case none, bucket, quantile
    }

    private static let fixedTexts = Array("__name__lequantilejobinstance".utf8)
    private static let metricName = 0..<8
    private static let bucketLabel = 8..<10
    private static let quantileLabel = 10..<18
    static let jobLabel = 18..<21
    static let instanceLabel = 21..<29

    /// Everything that the ranges here lie in.
    private(set) var texts = fixedTexts
    /// More texts than a place can note refuse the point.
    static let textsBytesMax = Int(UInt32.max)
    private var pairs: ContiguousArray<Pair> = []
    /// Of the point, sorted; `own` is where the metric's name and the bound go.
    private var settled: ContiguousArray<Pair> = []
    private var own: (name: Int, bound: Int?) = (0, nil)
    private let escapes: Bool

    init(escapes: Bool) { self.escapes = escapes }

    var mark: Mark { Mark(texts: texts.count, pairs: pairs.count) }

    mutating func cut(to mark: Mark) {
        texts.removeSubrange(mark.texts...)
        pairs.removeSubrange(mark.pairs...)
    }

    // MARK: Texts

    mutating func addText(_ text: String) -> Range<Int> {
        let start = texts.count
        texts.append(contentsOf: text.utf8)
        return start..<texts.count
    }

    mutating func addText(_ bytes: [UInt8]) -> Range<Int> {
        let start = texts.count
        texts.append(contentsOf: bytes)
        return start..<texts.count
    }

    mutating func addText(_ message: UnsafeRawBufferPointer, _ range: Range<Int>) -> Range<Int> {
        let start = texts.count
        texts.append(contentsOf: UnsafeRawBufferPointer(rebasing: message[range]))
        return start..<texts.count
    }

    mutating func addValue(
        _ message: UnsafeRawBufferPointer, _ value: Range<Int>
    ) throws(WireFormatError) -> Range<Int> {
        let start = texts.count
        try AttributeText.append(message, value, to: &texts)
        return start..<texts.count
    }

    func text(_ range: Range<Int>) -> String { String(decoding: texts[range], as: UTF8.self) }

    // MARK: Pairs

    mutating func add(_ name: Range<Int>, _ value: Range<Int>, _ rank: Rank) {
        let prefix = texts.withUnsafeBytes { namePrefix($0, name) }
        pairs.append(Pair(prefix: prefix, name: Place(name), value: Place(value), rank: rank))
    }

    /// An attribute as it was sent. False when its key cannot be a label's name.
    mutating func add(
        _ message: UnsafeRawBufferPointer, _ pair: (key: Range<Int>, value: Range<Int>), _ rank: Rank,
        behind namePrefixText: StaticString = ""
    ) throws(WireFormatError) -> Bool {
        guard let name = addName(message, pair.key, behind: namePrefixText) else { return false }
        add(name, try addValue(message, pair.value), rank)
        pairs[pairs.count - 1].key = Place(pair.key)
        return true
    }

    /// A name as Prometheus' translation makes it: other characters than letters, digits and underscores become
    /// underscores, `key_` goes before a digit and `key` before a single underscore.
    private mutating func addName(
        _ message: UnsafeRawBufferPointer, _ key: Range<Int>, behind prefix: StaticString
    ) -> Range<Int>? {
        let start = texts.count
        prefix.withUTF8Buffer { texts.append(contentsOf: $0) }
        guard escapes else {
            texts.append(contentsOf: UnsafeRawBufferPointer(rebasing: message[key]))
            return key.isEmpty ? nil : start..<texts.count
        }
        if prefix.utf8CodeUnitCount == 0, let first = key.first {
            let second = key.count > 1 ? message[first + 1] : 0
            if OTLPMetricName.isDigit(message[first]) { AttributeText.append("key_", to: &texts) }
            if Self.escaped(message[first]) == UInt8(ascii: "_"), Self.escaped(second) != UInt8(ascii: "_") {
                AttributeText.append("key", to: &texts)
            }
        }
        var isChanged = false
        var hasLetter = texts.count > start
        for byte in UnsafeRawBufferPointer(rebasing: message[key]) {
            // The rest of a character whose first byte became an underscore.
            if byte & 0xc0 == 0x80 { continue }
            let letter = Self.escaped(byte)
            isChanged = isChanged || letter != byte
            hasLetter = hasLetter || letter != UInt8(ascii: "_")
            texts.append(letter)
        }
        return key.isEmpty || (isChanged && !hasLetter) ? nil : start..<texts.count
    }

    @inline(__always)
    private static func escaped(_ byte: UInt8) -> UInt8 {
        OTLPMetricName.isNameByte(byte) && byte != UInt8(ascii: ":") ? byte : UInt8(ascii: "_")
    }

    // MARK: Series

    /// Ends a point: unless it has a problem, `pack` may follow, for each of its series.
    mutating func settle(_ message: UnsafeRawBufferPointer, _ bound: Bound = .none) -> SeriesProblem? {
        guard pairs.count <= SeriesLimits.labelsMax else { return .tooManyLabels }
        guard texts.count <= Self.textsBytesMax else { return .labelValueTooLong }
        settled.removeAll(keepingCapacity: true)
        let boundLabel = bound == .bucket ? Self.bucketLabel : Self.quantileLabel
        texts.withUnsafeBytes { bytes in
            let names = bound == .none ? [Self.metricName] : [Self.metricName, boundLabel]
            for name in names {
                settled.append(
                    Pair(prefix: namePrefix(bytes, name), name: Place(name), value: Place(0..<0), rank: .own))
            }
            for pair in pairs { Self.insert(pair, into: &settled, bytes, message) }
        }
        joinEqual()
        own = (settled.firstIndex { $0.rank == .own && $0.name.range == Self.metricName } ?? 0, nil)
        if bound != .none { own.bound = settled.firstIndex { $0.rank == .own && $0.name.range == boundLabel } }
        return nil
    }

    /// At its place by name, rank and key. There are few.
    private static func insert(
        _ pair: Pair, into settled: inout ContiguousArray<Pair>, _ bytes: UnsafeRawBufferPointer,
        _ message: UnsafeRawBufferPointer
    ) {
        var place = settled.count
        settled.append(pair)
        settled.withUnsafeMutableBufferPointer { settled in
            while place > 0, isBefore(pair, settled[place - 1], bytes, message) {
                settled[place] = settled[place - 1]
                place -= 1
            }
            settled[place] = pair
        }
    }

    @inline(__always)
    private static func isBefore(
        _ left: Pair, _ right: Pair, _ bytes: UnsafeRawBufferPointer, _ message: UnsafeRawBufferPointer
    ) -> Bool {
        // Fast path: names mostly differ within eight bytes.
        if left.prefix != right.prefix { return left.prefix < right.prefix }
        let order = compare(left.name, right.name, bytes)
        if order != 0 { return order < 0 }
        if left.rank != right.rank { return left.rank.rawValue > right.rank.rawValue }
        return compare(left.key, right.key, message) < 0
    }

    /// Packs the labels of one of the point's series.
    mutating func pack(
        name: Range<Int>, bound: Range<Int> = 0..<0, _ collector: inout LabelCollector, _ overrides: LabelOverrides,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) -> SeriesProblem? {
        settled[own.name].value = Place(name)
        if let place = own.bound { settled[place].value = Place(bound) }
        collector.removeAll()
        return texts.withUnsafeBytes { bytes in
            for pair in settled { collector.add(name: pair.name.range, value: pair.value.range, in: bytes) }
            if let problem = collector.check(bytes, hasMetricName: false) { return problem }
            collector.pack(bytes, overrides, body)
            return nil
        }
    }

    /// Attributes whose names became the same are joined; otherwise the highest rank is left.
    private mutating func joinEqual() {
        guard let first = settled.indices.dropFirst().first(where: { isEqualToPrevious($0) }) else { return }
        // Slow path.
        var result = ContiguousArray(settled[..<first])
        for place in first..<settled.count {
            guard isEqualToPrevious(place), let last = result.indices.last else {
                result.append(settled[place])
                continue
            }
            guard result[last].rank == .attribute, settled[place].rank == .attribute else { continue }
            let joined =
                texts[result[last].value.range] + [UInt8(ascii: ";")] + texts[settled[place].value.range]
            result[last].value = Place(addText(Array(joined)))
        }
        settled = result
    }

    private func isEqualToPrevious(_ place: Int) -> Bool {
        let (left, right) = (settled[place - 1], settled[place])
        return left.prefix == right.prefix && texts.withUnsafeBytes { Self.compare(left.name, right.name, $0) } == 0
    }

    private static func compare(_ left: Place, _ right: Place, _ bytes: UnsafeRawBufferPointer) -> Int {
        compareBytes(
            UnsafeRawBufferPointer(rebasing: bytes[left.range]), UnsafeRawBufferPointer(rebasing: bytes[right.range]))
    }
}
