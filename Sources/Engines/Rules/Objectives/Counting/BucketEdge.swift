import SignalModel

/// A bucket of a classic histogram, named by its edge as a number: `le="1"` finds `le="1.0"` too.
struct BucketEdge {
    static let label = "le"

    let edge: Double
    private let written: Matcher
    /// The matchers without the one of the edge.
    let others: [Matcher]

    /// Nil when the matchers name no edge.
    init?(_ matchers: [Matcher]) {
        guard let written = matchers.first(where: { $0.name == Self.label && $0.operation == .equal }),
            let edge = Self.number(written.value)
        else { return nil }
        self.edge = edge
        self.written = written
        others = matchers.filter { $0 != written }
    }

    static func number(_ text: String) -> Double? { text == "+Inf" ? .infinity : Double(text) }

    /// The same with every spelling of the edge.
    var matchers: [Matcher] {
        guard edge.isFinite else { return others + [written] }
        var spellings = [written.value, PlainDecimal.text(edge)]
        if edge == edge.rounded() { spellings.append(PlainDecimal.text(edge) + ".0") }
        spellings.append("\(edge)")
        let pattern = Set(spellings).sorted().map { $0.replacing(".", with: "\\.").replacing("+", with: "\\+") }
        // Digits, points and exponents: always a pattern.
        guard let matcher = try? Matcher(Self.label, .matches, pattern.joined(separator: "|")) else {
            return others + [written]
        }
        return others + [matcher]
    }

    /// Why the edge cannot be counted at, when buckets have the edges `texts`; nil when there are no buckets at all.
    func refusal(among texts: [String]) -> String? {
        let edges = texts.compactMap(Self.number).filter { $0.isFinite }.sorted()
        if edges.contains(edge) || edges.isEmpty { return nil }
        return Self.refusal(edge, below: edges.last { $0 < edge }, above: edges.first { $0 > edge })
    }

    static func refusal(_ edge: Double, below: Double?, above: Double?) -> String {
        let nearest = [below, above].compactMap { $0.map(PlainDecimal.text) }.joined(separator: " and ")
        return "no bucket ends at \(PlainDecimal.text(edge)), so observations up to there cannot be counted; "
            + "the nearest edges are \(nearest)"
    }
}

extension NativeHistogram {
    /// How many observations are at most `threshold`. Throws when a bucket that has some reaches over it.
    func observations(atMost threshold: Double) throws(CountingProblem) -> Double {
        var sum = 0.0
        for bucket in buckets where bucket.count != 0 {
            if bucket.upper <= threshold {
                sum += bucket.count
            } else if bucket.lower < threshold {
                throw CountingProblem(
                    BucketEdge.refusal(threshold, below: bucket.lower, above: bucket.upper))
            }
        }
        return sum
    }
}
