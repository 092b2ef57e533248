/// Translated names of metrics, so that one name is translated once: a request repeats them, and so do requests.
struct OTLPNames {
    struct Entry {
        /// In UTF-8; empty when nothing of the name can be in a metric's name.
        var name: [UInt8]
        /// The request that last described the metric.
        var describedIn = 0
    }

    /// With more names it begins anew.
    private static let countMax = 8192

    private var entries: [[UInt8]: Entry] = [:]

    /// `kind` and `unit` are part of what a name becomes. `isNew` in this request.
    mutating func name(
        _ name: UnsafeRawBufferPointer, unit: UnsafeRawBufferPointer, _ kind: OTLPMetricName.Kind,
        _ strategy: OTLPTranslation.Strategy, request: Int
    ) -> (name: [UInt8], isNew: Bool) {
        var key: [UInt8] = []
        key.reserveCapacity(name.count + unit.count + 2)
        key.append(kind.rawValue)
        key.append(contentsOf: unit)
        // No text in UTF-8 has it.
        key.append(0xff)
        key.append(contentsOf: name)
        if let place = entries.index(forKey: key) {
            let entry = entries.values[place]
            if entry.describedIn != request { entries.values[place].describedIn = request }
            return (entry.name, entry.describedIn != request)
        }
        if entries.count >= Self.countMax { entries.removeAll(keepingCapacity: true) }
        let text = OTLPMetricName.translated(
            String(decoding: name, as: UTF8.self), unit: String(decoding: unit, as: UTF8.self), kind, strategy)
        let entry = Entry(name: Array((text ?? "").utf8), describedIn: request)
        entries[key] = entry
        return (entry.name, true)
    }
}
