import Basics
import HTTPAPI
import Ingest
import PromQL
import SignalModel

/// Who uses the store: series by label and value, agents and tokens, queries under way.
struct UsageView: Sendable {
    /// A label's number of values, or a value's number of series.
    struct Bar: Sendable {
        let barName: String
        let barHref: String
        let barCount: String
        let barNote: String
        /// Of a hundred.
        let share: String
        let isChosen: Bool
    }

    struct Query: Sendable {
        let queryID: String
        let queryText: String
        let exploreLink: String
        let kind: String
        let by: String
        let started: TimeText
        let queryTook: String
        let points: String
        let queryState: String
        let queryTone: String
    }

    struct Sender: Sendable {
        let senderName: String
        let senderSeries: String
        let refused: String
        let delayed: String
        let senderTone: String
    }

    struct Pair: Sendable {
        let cluster: String
        let replica: String
        let heard: String
        let changes: String
    }

    let now: Int64
    let tabTitle = "Usage"
    let match: String
    let label: String
    let problem: String?
    let seriesText: String
    let isSelection: Bool
    let hasSeries: Bool
    let labels: [Bar]
    let values: [Bar]
    let unlistedLabels: String?
    let unlistedValues: String?
    let running: [Query]
    let hasRunning: Bool
    let heaviest: [Query]
    let hasHeaviest: Bool
    let mayEnd: Bool
    let senders: [Sender]
    let hasSenders: Bool
    let pairs: [Pair]
    let hasPairs: Bool

    /// Bars written out in each list.
    static let barsMax = 20
    /// Clusters and tokens written out.
    private static let rowsMax = 100

    init(
        _ usage: SeriesUsage, match: String, label: String, problem: String?, running: [QueryRegistry.Report],
        heaviest: [QueryRegistry.Report], admission: IngestAdmission.Statistics, uptime: Duration, mayEnd: Bool,
        now: Timestamp
    ) {
        self.now = now.milliseconds
        self.match = match
        self.label = label
        self.problem = problem
        isSelection = !match.isEmpty
        hasSeries = usage.series > 0
        let of = isSelection ? " of \(FigureText.grouped(usage.allSeries))" : ""
        seriesText = FigureText.grouped(usage.series) + of
        labels = Self.labels(usage, match, label)
        values = Self.values(usage, match, label)
        unlistedLabels = Self.unlisted(usage.labelsCount - labels.count, "label")
        unlistedValues = Self.unlisted(usage.valuesCount - values.count, "value")
        self.running = running.map { Self.query($0, now) }
        hasRunning = !running.isEmpty
        self.heaviest = heaviest.map { Self.query($0, now) }
        hasHeaviest = !heaviest.isEmpty
        self.mayEnd = mayEnd
        senders = admission.senders.values.sorted { $0.name < $1.name }.prefix(Self.rowsMax).map(Self.sender)
        hasSenders = !senders.isEmpty
        pairs = admission.clusters.sorted { $0.key < $1.key }.prefix(Self.rowsMax).map { cluster, elected in
            Pair(
                cluster: cluster, replica: elected.replica,
                heard: "\(DurationWords.short(uptime - elected.heardAt)) ago",
                changes: FigureText.grouped(elected.changes))
        }
        hasPairs = !pairs.isEmpty
    }

    private static func labels(_ usage: SeriesUsage, _ match: String, _ label: String) -> [Bar] {
        let most = usage.labels.first?.values ?? 1
        return usage.labels.map { found in
            Bar(
                barName: found.name, barHref: href(match, found.name),
                barCount: FigureText.count(found.values, "value"),
                barNote: "on \(FigureText.grouped(found.series)) series",
                share: percent(found.values, most), isChosen: found.name == label)
        }
    }

    private static func values(_ usage: SeriesUsage, _ match: String, _ label: String) -> [Bar] {
        usage.values.map { found in
            Bar(
                barName: found.value, barHref: href(narrowed(match, label, found.value), label),
                barCount: FigureText.grouped(found.series), barNote: percent(found.series, usage.series) + " %",
                share: percent(found.series, usage.series), isChosen: false)
        }
    }

    private static func percent(_ part: Int, _ whole: Int) -> String {
        FigureText.significant(100 * Double(part) / Double(max(whole, 1)))
    }

    private static func unlisted(_ count: Int, _ noun: String) -> String? {
        count > 0 ? "and \(FigureText.count(count, "more " + noun))" : nil
    }

    private static func href(_ match: String, _ label: String) -> String {
        "/usage?match=\(QueryText.encode(match))&label=\(QueryText.encode(label))"
    }

    /// The selector with one more matcher.
    static func narrowed(_ match: String, _ label: String, _ value: String) -> String {
        let name = LabelName.isLegacy(label) ? label : quoted(label)
        let matcher = "\(name)=\(quoted(value))"
        let trimmed = match.drop { $0 == " " }
        guard let open = trimmed.firstIndex(of: "{"), trimmed.hasSuffix("}") else { return "\(trimmed){\(matcher)}" }
        let inner = trimmed[trimmed.index(after: open)...].dropLast()
        return "\(trimmed[..<open]){\(inner.isEmpty ? "" : "\(inner), ")\(matcher)}"
    }

    private static func query(_ report: QueryRegistry.Report, _ now: Timestamp) -> Query {
        let tone =
            switch report.state {
            case .waiting: "waiting"
            case .running: "warn"
            case .done: "ok"
            case .failed, .ended: "bad"
            }
        return Query(
            queryID: report.id, queryText: report.text,
            exploreLink: "/explore?query=\(QueryText.encode(report.text))", kind: report.kind, by: report.by,
            started: TimeText(milliseconds: report.startedAt.milliseconds, now: now),
            queryTook: DurationWords.precise(report.took),
            points: FigureText.grouped(max(report.samplesRead, report.samplesHeld)),
            queryState: report.state.rawValue, queryTone: tone)
    }

    private static func sender(_ sender: IngestAdmission.SenderStatistics) -> Sender {
        Sender(
            senderName: sender.name, senderSeries: FigureText.grouped(sender.activeSeries),
            refused: FigureText.grouped(sender.refusedSeries), delayed: FigureText.grouped(sender.delayedRequests),
            senderTone: sender.refusedSeries + sender.delayedRequests > 0 ? "bad" : "ok")
    }
}
