/// What a query is told beside its answer: each text once, in the order they came up.
struct Annotations {
    /// Texts listed of each kind; the rest is counted in one more line.
    private static let listedMax = 10

    private(set) var texts: [String] = []
    private var seen: Set<String> = []
    private var omitted = 0
    private let kind: String

    /// `kind`: `warning` or `info`.
    init(kind: String) { self.kind = kind }

    mutating func add(_ text: String) {
        let text = "PromQL \(kind): \(text)"
        if seen.contains(text) { return }
        // Beyond the list a text is only counted, so a query over many metrics keeps no list of all of them;
        // one that comes up again then counts again.
        guard texts.count < Self.listedMax else {
            omitted += 1
            return
        }
        seen.insert(text)
        texts.append(text)
    }

    /// The list as the envelope shows it.
    var listed: [String] { omitted == 0 ? texts : texts + ["\(omitted) more \(kind) annotations omitted"] }
}
