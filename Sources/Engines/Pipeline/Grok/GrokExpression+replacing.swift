extension GrokExpression {
    /// `text` with `body` of its name in the place of everything that a name caught.
    func replacing(
        in text: String, _ budget: inout MatchBudget, _ body: (String) -> String
    ) throws(ProcessorFailure) -> String {
        var text = text
        return try BacktrackingExpression.withBytes(&text) { bytes throws(ProcessorFailure) in
            var places: [(range: Range<Int>, name: String)] = []
            for match in try allMatches(in: bytes, &budget) {
                for capture in captures {
                    for group in capture.groups {
                        if let range = match.ranges[group], !range.isEmpty { places.append((range, capture.name)) }
                    }
                }
            }
            var result: [UInt8] = []
            var end = 0
            for (range, name) in places.sorted(by: { $0.range.lowerBound < $1.range.lowerBound })
            where range.lowerBound >= end {
                result.append(contentsOf: bytes[end..<range.lowerBound])
                result.append(contentsOf: body(name).utf8)
                end = range.upperBound
            }
            result.append(contentsOf: bytes[end...])
            return String(decoding: result, as: UTF8.self)
        }
    }
}
