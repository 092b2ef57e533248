import Basics
import Ingest
import Response
import Rules

/// One figure of Signalbox's own health: a number, what it means, and a word for how that is.
struct HealthCard: Sendable, Hashable {
    let cardName: String
    let figure: String
    let unit: String
    let detail: String
    /// `ok`, `warn`, `bad` or `quiet`: class and icon.
    let tone: String
    let toneWord: String
    let href: String?

    private enum Tone: String {
        case ok
        case warn
        case bad
        case quiet

        var word: String {
            switch self {
            case .ok: "good"
            case .warn: "look"
            case .bad: "broken"
            case .quiet: "idle"
            }
        }
    }

    private init(
        _ name: String, _ figure: String, _ unit: String, _ detail: String, _ tone: Tone, href: String? = nil
    ) {
        cardName = name
        self.figure = figure
        self.unit = unit
        self.detail = detail
        self.tone = tone.rawValue
        toneWord = tone.word
        self.href = href
    }

    static func ingest(_ figures: IngestMeter.Figures) -> HealthCard {
        let refused = figures.refusedPerSecond ?? 0
        let detail =
            refused > 0
            ? "\(FigureText.significant(refused)) refused per second"
            : "over the last \(DurationWords.short(figures.span))"
        guard let rate = figures.samplesPerSecond else {
            return HealthCard("Samples in", "…", "per second", "measuring", .quiet)
        }
        let tone: Tone = refused > 0 ? .warn : rate > 0 ? .ok : .quiet
        return HealthCard(
            "Samples in", FigureText.significant(rate), "per second", detail, tone,
            href: "/explore?query="
                + QueryText.encode(
                    figures.latest.backend == nil
                        ? "rate(signalbox_tsdb_appended_samples_total[1m])"
                        : "rate(signalbox_remote_storage_samples_in_total[1m])"))
    }

    static func series(_ figures: IngestMeter.Figures) -> HealthCard {
        if let backend = figures.latest.backend { return self.backend(backend) }
        return HealthCard(
            "Series", FigureText.grouped(figures.latest.series), "in memory",
            "\(FigureText.grouped(figures.latest.appendedSamples)) samples since the start",
            figures.latest.series > 0 ? .ok : .quiet,
            href: "/explore?query=signalbox_tsdb_head_series")
    }

    private static func backend(_ backend: IngestCounts.Backend) -> HealthCard {
        HealthCard(
            "Backend", FigureText.significant(Double(backend.waitingBytes) / 1e6), "MB wait",
            backend.isFailing
                ? "metrics.remote takes no samples: they wait here"
                : "\(FigureText.grouped(backend.sentSamples)) samples sent since the start",
            backend.isFailing ? .bad : .ok, href: "/explore?query=signalbox_remote_storage_queue_bytes")
    }

    static func log(_ figures: IngestMeter.Figures) -> HealthCard {
        if figures.logFailures > 0 {
            return HealthCard(
                "Disk", FigureText.grouped(figures.logFailures), "failed syncs",
                "the write-ahead log cannot be written: samples are refused until it can", .bad)
        }
        guard let time = figures.syncTime else {
            return HealthCard("Disk", "—", "", "no sync of the write-ahead log lately", .quiet)
        }
        // A sync this slow holds up every sender; a healthy disk needs a tenth of it.
        let isSlow = time > .milliseconds(250)
        return HealthCard(
            "Disk", DurationWords.precise(time), "per sync", "write-ahead log, mean of the last minute",
            isSlow ? .warn : .ok)
    }

    static func targets(_ targets: [TargetStatus]) -> HealthCard {
        let up = targets.filter { $0.health == .up }.count
        let down = targets.filter { $0.health == .down }.count
        if targets.isEmpty {
            return HealthCard(
                "Targets", "0", "scraped", "metrics.scrape_configs names none", .quiet, href: "/targets")
        }
        return HealthCard(
            "Targets", "\(up)/\(targets.count)", "up", down == 0 ? "all that were tried answer" : "\(down) down",
            down == 0 ? .ok : .bad, href: "/targets")
    }

    static func rules(_ groups: [RuleGroupReport]) -> HealthCard {
        let rules = groups.flatMap(\.rules)
        let failing = rules.filter { $0.health == .err }.count
        let missed = groups.reduce(0) { $0 + $1.statistics.iterationsMissed }
        if rules.isEmpty { return HealthCard("Rules", "0", "loaded", "rules names no file", .quiet, href: "/rules") }
        let detail =
            failing > 0
            ? "\(failing) failing"
            : missed > 0 ? FigureText.count(Int(missed), "evaluation") + " missed" : "all evaluate"
        return HealthCard(
            "Rules", FigureText.grouped(rules.count), "in \(FigureText.count(groups.count, "group"))", detail,
            failing > 0 ? .bad : missed > 0 ? .warn : .ok, href: "/rules")
    }

    static func outbox(_ state: OperationsState) -> HealthCard {
        let waiting = state.outbox.count
        let retrying = state.outbox.values.filter { $0.attempts > 0 }.count
        return HealthCard(
            "Messages", FigureText.grouped(waiting), "waiting",
            retrying > 0
                ? "\(retrying) tried and not delivered yet"
                : waiting > 0 ? "on their way" : "all that was decided is delivered",
            retrying > 0 ? .warn : .ok)
    }
}
