import Basics
import SignalModel

extension Evaluator {
    /// What tells which info series belongs to a series.
    private static let identifying = ["instance", "job"]

    /// `info(v, {…})`: adds labels of info series with the same `instance` and `job`, those of `target_info` unless
    /// the selector names others. With matchers on labels only those labels, and series that would have to have one of
    /// them and do not are left out. After promql/info.go; where `v` looks into the past, so does this.
    func info(_ node: CallExpression) throws -> Evaluated {
        var base = try vector(node.arguments[0])
        base.settleNames()
        var request = InfoRequest()
        if node.arguments.count > 1, case .vectorSelector(let selector) = node.arguments[1].unwrapped {
            try request.take(selector.matchers)
        }
        let found = try infoSeries(of: base, node.arguments[0], request)
        return .vector(try combined(base, found, request))
    }

    /// What the second argument asks for.
    private struct InfoRequest {
        /// Of the info metric; `target_info` when none was given.
        var names: [Matcher] = []
        /// By label.
        var labels: [String: [Matcher]] = [:]

        mutating func take(_ matchers: [Matcher]) throws {
            names = matchers.filter { $0.name == Labels.metricName }
            labels = Dictionary(grouping: matchers.filter { $0.name != Labels.metricName }, by: \.name)
        }

        func isInfo(_ name: String) -> Bool { names.contains { $0.matches(name) } }
        var allowsNone: Bool { labels.values.joined().allSatisfy(\.matchesEmpty) }
    }

    /// Info series at each step: the time of the sample found.
    private struct InfoSeries {
        var name: String
        var labels: Labels
        var times: [Double]
    }

    private func infoSeries(of base: SeriesTable, _ argument: Expression, _ request: InfoRequest) throws
        -> [Labels: [InfoSeries]]
    {
        let projection = LabelProjection(keeping: Self.identifying, ignoringMetadata: true)
        var wanted: Set<Labels> = []
        for row in 0..<base.count where !request.isInfo(base.labels[row].name ?? "") {
            let identity = projection.labels(base.labels[row])
            if !identity.isEmpty { wanted.insert(identity) }
        }
        if wanted.isEmpty { return [:] }
        let names =
            request.names.isEmpty ? [try Matcher(Labels.metricName, .equal, "target_info")] : request.names
        let modifiers = argument.selectors.first?.modifiers ?? TimeModifiers()
        let selector = VectorSelector(
            name: nil, matchers: names + request.labels.sorted { $0.key < $1.key }.flatMap(\.value),
            modifiers: modifiers, position: argument.position)
        let lens = try lens(modifiers)
        let lookback = context.limits.lookback.milliseconds
        var found: [Labels: [InfoSeries]] = [:]
        try forEachSeries(selector, from: lens.first - lookback + 1, through: lens.last) { labels, samples in
            let identity = projection.labels(labels)
            guard wanted.contains(identity) else { return }
            guard samples.histograms.isEmpty else { throw QueryError(.execution, "info sample should be float") }
            try context.hold(steps)
            var times = Array(repeating: SeriesTable.absent, count: steps)
            let isKept = times.withUnsafeMutableBufferPointer {
                samples.lastValues(through: lens, lookback: lookback, taking: .time, into: $0)
            }
            guard isKept else { return context.release(steps) }
            found[identity, default: []].append(InfoSeries(name: labels.name ?? "", labels: labels, times: times))
        }
        return found
    }

    private func combined(_ base: SeriesTable, _ found: [Labels: [InfoSeries]], _ request: InfoRequest) throws
        -> SeriesTable
    {
        let projection = LabelProjection(keeping: Self.identifying, ignoringMetadata: true)
        var result = SeriesTable(steps: steps, names: SeriesTable.Names(areDropped: false, areShared: false))
        var index = LabelIndex(LabelProjection(dropping: [], ignoringMetadata: false))
        func put(_ labels: Labels, _ value: Double, _ step: Int) throws {
            let place = index.place(labels)
            if place == result.count {
                try context.hold(steps)
                _ = result.appendAbsent(labels)
            }
            guard SeriesTable.isAbsent(result[place, step]) else { throw SeriesTable.duplicateLabels }
            result[place, step] = value
        }
        for row in 0..<base.count {
            let labels = base.labels[row]
            let isInfo = request.isInfo(labels.name ?? "")
            let series = isInfo ? [] : found[projection.labels(labels)] ?? []
            // Nearly always the same at all steps.
            var previous: (chosen: [Int], labels: Labels)?
            for step in 0..<steps where !SeriesTable.isAbsent(base[row, step]) {
                try context.work(series.count)
                let chosen = try Self.newest(series, step)
                if !isInfo, chosen.isEmpty, !request.allowsNone { continue }
                if previous?.chosen != chosen {
                    previous = (chosen, try Self.labelled(labels, chosen.map { series[$0].labels }, request))
                }
                try put(previous?.labels ?? labels, base[row, step], step)
            }
        }
        return result
    }

    /// Of each info metric the series with the newest sample.
    private static func newest(_ series: [InfoSeries], _ step: Int) throws -> [Int] {
        var best: [String: Int] = [:]
        for (place, one) in series.enumerated() where !SeriesTable.isAbsent(one.times[step]) {
            guard let rival = best[one.name] else {
                best[one.name] = place
                continue
            }
            let known = series[rival]
            guard known.times[step] != one.times[step] else {
                let time = Int64(one.times[step] * 1000)
                throw QueryError(
                    .execution,
                    "found duplicate series for info metric: existing \(known.labels.braced) @ \(time), "
                        + "new \(one.labels.braced) @ \(time)")
            }
            if known.times[step] < one.times[step] { best[one.name] = place }
        }
        return best.values.sorted()
    }

    private static func labelled(_ base: Labels, _ infos: [Labels], _ request: InfoRequest) throws -> Labels {
        var added: [String: String] = [:]
        for labels in infos {
            for (name, value) in labels.pairs where name != Labels.metricName {
                if !request.labels.isEmpty, request.labels[name] == nil { continue }
                if let known = added[name], known != value {
                    throw QueryError(.execution, "conflicting label: \(name)")
                }
                if !base.contains(name) { added[name] = value }
            }
        }
        return added.reduce(base) { $0.setting($1.key, to: $1.value) }
    }
}
