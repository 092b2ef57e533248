import Basics
import PromQL
import Rules
import SignalModel

/// What is counted: `indicator`, or an SLI by name.
enum IndicatorDecoding {
    enum Found {
        case ratio(Indicator.Part, CountedSum, total: CountedSum, reading: Indicator.Reading)
        /// Of histograms; the threshold is the objective's own.
        case threshold(CountedSum, ConfigurationNode)
    }

    static func decode(
        _ reader: inout MappingReader, of spec: ConfigurationNode, _ files: OpenSLOFiles
    ) -> Found? {
        let (inline, reference) = (reader["indicator"], reader["indicatorRef"])
        switch (inline, reference) {
        case (nil, nil):
            spec.note("\(spec.path): indicator is missing, or indicatorRef")
            return nil
        case (let inline?, _?):
            inline.note("only one of indicator and indicatorRef may be given")
            return nil
        case (nil, let reference?):
            guard let name = reference.string() else { return nil }
            guard let document = files.indicator(name) else {
                reference.note("\(reference.path): there is no SLI \(quoted(name))")
                return nil
            }
            return found(document.spec, files)
        case (let inline?, nil):
            guard var fields = inline.mapping() else { return nil }
            _ = fields["metadata"]
            let spec = fields.required("spec")
            fields.finish()
            return spec.flatMap { found($0, files) }
        }
    }

    private static func found(_ node: ConfigurationNode, _ files: OpenSLOFiles) -> Found? {
        guard var reader = node.mapping() else { return nil }
        _ = reader["description"]
        let (ratio, threshold) = (reader["ratioMetric"], reader["thresholdMetric"])
        reader.finish()
        switch (ratio, threshold) {
        case (let ratio?, nil): return self.ratio(ratio, files)
        case (nil, let threshold?):
            guard let (sum, query) = metric(threshold, isCounter: true, files) else { return nil }
            if sum.names(label: "le") {
                query.note("a threshold finds its bucket by itself: leave the matcher of le away")
                return nil
            }
            return .threshold(sum, query)
        default:
            node.note("\(node.path): give one of ratioMetric and thresholdMetric")
            return nil
        }
    }

    private static func ratio(_ node: ConfigurationNode, _ files: OpenSLOFiles) -> Found? {
        guard var reader = node.mapping() else { return nil }
        let isCounter = reader["counter"]?.bool() ?? false
        let (good, bad, total) = (reader["good"], reader["bad"], reader["total"])
        for key in ["raw", "rawType"] {
            reader.refuse(key, "a ratio that was made elsewhere has lost its counts: give good or bad, and total")
        }
        reader.finish()
        guard let total else {
            node.note("\(node.path): total is missing")
            return nil
        }
        guard (good == nil) != (bad == nil) else {
            node.note("\(node.path): give one of good and bad")
            return nil
        }
        let all = metric(total, isCounter: isCounter, files)
        let part = (good ?? bad).flatMap { metric($0, isCounter: isCounter, files) }
        guard let all, let part else { return nil }
        return .ratio(
            good == nil ? .bad : .good, part.0, total: all.0, reading: isCounter ? .counter : .gauge)
    }

    private static func metric(
        _ node: ConfigurationNode, isCounter: Bool, _ files: OpenSLOFiles
    ) -> (CountedSum, ConfigurationNode)? {
        guard var reader = node.mapping() else { return nil }
        let source = reader.required("metricSource")
        reader.finish()
        guard var fields = source?.mapping() else { return nil }
        if let type = fields["type"] { OpenSLOFiles.checkSourceType(type) }
        if let reference = fields["metricSourceRef"], let name = reference.string(), files.dataSource(name) == nil {
            reference.note("\(reference.path): there is no DataSource \(quoted(name))")
        }
        let spec = fields.required("spec")
        fields.finish()
        guard var settings = spec?.mapping() else { return nil }
        let query = settings.required("query")
        settings.finish()
        guard let query else { return nil }
        guard let text = query.scalarText else {
            query.expected("a query")
            return nil
        }
        do { return (try CountedSum(PromQLParser.parse(text), isCounter: isCounter), query) } catch {
            let (offset, reason) = RuleDecoding.place(of: error.message, in: text)
            query.note(reason, atByte: offset)
            return nil
        }
    }

    /// With the threshold of one objective.
    static func indicator(
        _ found: Found, _ operation: ConfigurationNode?, _ value: ConfigurationNode?, _ node: ConfigurationNode
    ) -> Indicator? {
        switch found {
        case .ratio(let part, let sum, let total, let reading):
            for extra in [operation, value] { extra?.note("\(extra?.path ?? "") is of thresholdMetric only") }
            return .ratio(part, sum, total: total, reading: reading)
        case .threshold(let sum, _):
            guard let operation, let value else {
                node.note("\(node.path): op and value are missing: the threshold, as op: lte and value: 0.5")
                return nil
            }
            guard operation.scalarText == "lte" else {
                operation.note("\(operation.path) must be lte: buckets count what is at most their edge")
                return nil
            }
            guard let edge = value.number() else { return nil }
            guard edge.isFinite else {
                value.note("\(value.path) must be a finite number")
                return nil
            }
            guard sum.isOfBuckets else { return .threshold(sum, threshold: edge) }
            guard let good = try? sum.bucket(endingAt: edge), let all = try? sum.bucket(endingAt: .infinity) else {
                return nil
            }
            return .ratio(.good, good, total: all, reading: .counter)
        }
    }
}
