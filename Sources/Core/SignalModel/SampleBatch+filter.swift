extension SampleBatch {
    /// What becomes of a series on its way through a filter.
    package enum Verdict: Hashable, Sendable {
        case keep
        case drop
        /// Without the label whose bytes, name and value with their lengths, lie there in the packed labels.
        case keepWithout(Range<Int>)
    }

    /// The series, samples and exemplars that `verdict`, called once for each in order, leaves. The bytes it is handed are valid
    /// only during the call. Nothing is copied when all is kept.
    package func filtered(_ verdict: (Entry, UnsafeRawBufferPointer) -> Verdict) -> SampleBatch {
        labelBytes.withUnsafeBytes { labels in
            samples.withUnsafeBufferPointer { samples in
                var result: SampleBatch?
                var places: [Int?] = []
                for (place, entry) in entries.enumerated() {
                    let packed = UnsafeRawBufferPointer(
                        rebasing: labels[entry.labelsStart..<entry.labelsStart + entry.labelsCount])
                    let decided = verdict(entry, packed)
                    if decided == .keep, result == nil { continue }
                    if result == nil {
                        result = prefix(place)
                        places = Array(0..<place)
                    }
                    places.append(decided == .drop ? nil : result?.entries.count)
                    switch decided {
                    case .drop: continue
                    case .keep: result?.copy(packed, without: 0..<0, entry, samples)
                    case .keepWithout(let range): result?.copy(packed, without: range, entry, samples)
                    }
                }
                for (number, exemplar) in exemplars.enumerated() where result != nil {
                    if let place = places[exemplar.entry] { result?.copy(self.exemplar(number), to: place) }
                }
                return result ?? self
            }
        }
    }
}
