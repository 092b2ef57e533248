import SignalModel

/// What one scrape, and a job, may come to; zero for no limit. Prometheus' keys.
package struct ScrapeLimits: Sendable, Hashable {
    /// Samples left after relabelling; a scrape with more counts as failed.
    package var sampleLimit = 0
    /// Labels of a stored series, its name and the target's labels included; a scrape with more counts as failed.
    package var labelLimit = 0
    /// Bytes of a label's name, and of its value.
    package var labelNameLengthLimit = 0
    package var labelValueLengthLimit = 0
    /// Targets of the job; with more, each of its scrapes counts as failed without being made.
    package var targetLimit = 0
    /// Dropped targets of the job that are remembered; more are only counted.
    package var keepDroppedTargets = 0

    package init() {}

    var limitsLabels: Bool { labelLimit > 0 || labelNameLengthLimit > 0 || labelValueLengthLimit > 0 }

    /// What is wrong with a series that is to be stored, in Prometheus' words.
    func problem(of labels: Labels) -> ScrapeFailure? {
        let pairs = labels.pairs
        let metric = Self.shortened(labels.name ?? "")
        if labelLimit > 0, pairs.count > labelLimit {
            return .limit(
                "label_limit exceeded (metric: \(metric), number of labels: \(pairs.count), limit: \(labelLimit))")
        }
        for (name, value) in pairs {
            let (nameLength, valueLength) = (name.utf8.count, value.utf8.count)
            if labelNameLengthLimit > 0, nameLength > labelNameLengthLimit {
                return .limit(
                    "label_name_length_limit exceeded (metric: \(metric), label name: \(Self.shortened(name)), "
                        + "length: \(nameLength), limit: \(labelNameLengthLimit))")
            }
            if labelValueLengthLimit > 0, valueLength > labelValueLengthLimit {
                return .limit(
                    "label_value_length_limit exceeded (metric: \(metric), label name: \(Self.shortened(name)), "
                        + "value: \(quoted(Self.shortened(value))), length: \(valueLength), "
                        + "limit: \(labelValueLengthLimit))")
            }
        }
        return nil
    }

    /// What is wrong with a job of so many targets.
    func problem(ofTargets count: Int) -> ScrapeFailure? {
        guard targetLimit > 0, count > targetLimit else { return nil }
        return .limit("target_limit exceeded (number of targets: \(count), limit: \(targetLimit))")
    }

    /// Error texts quote no more than this of what a target says.
    private static let quotedScalarsMax = 50

    private static func shortened(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(quotedScalarsMax)))
    }
}
