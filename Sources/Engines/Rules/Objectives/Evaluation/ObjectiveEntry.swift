import Basics
import SignalModel

/// One objective on its way from minute to minute.
struct ObjectiveEntry: Sendable {
    var objective: Objective
    /// Under which its counts are stored.
    let series: String
    var counter: EventCounter
    /// Counts are stored up to here.
    private var countedTo: Int64?
    /// The newest minute that had data.
    private(set) var latest: Int64?
    var alerts: ObjectiveAlerts
    /// Why it could not be counted; nil when it was.
    var problem: String?
    /// So many of the latest minutes are counted again each time.
    private var again = CountingLimits.minutesAgain
    /// From this minute on samples have come that were not counted.
    private var lateFrom: Int64?
    /// Counted by this process since then.
    let since: Int64
    /// Minutes before it stay as they are.
    private let first: Int64

    init(objective: Objective, series: String, first: Int64?, alerts: ObjectiveAlerts, since: Int64) {
        self.objective = objective
        self.series = series
        self.first = first ?? .min
        counter = EventCounter(objective)
        self.alerts = alerts
        self.since = since
    }

    mutating func takeCounts(of other: ObjectiveEntry) {
        counter = other.counter
        countedTo = other.countedTo
        latest = other.latest
        problem = other.problem
        again = other.again
        lateFrom = other.lateFrom
    }

    /// A sample of then may change the minutes before it, too: they have data up to the one before it.
    mutating func noteLate(atMilliseconds time: Int64) {
        let minute = floorDivide(time - CountingLimits.gapMax.milliseconds, Minute.milliseconds)
        lateFrom = min(lateFrom ?? .max, minute)
    }

    /// Counts a group and stores it with one sync. Only what is stored is forgotten of the samples. `late` is nil when
    /// nobody notes what comes late.
    static func count(
        _ group: [ObjectiveEntry], before minute: Int64, _ settings: ObjectiveEngine.Settings,
        _ late: LateArrivals.Marks?, in source: any SampleSource, to store: CountsStore
    ) throws -> (entries: [ObjectiveEntry], changed: Int) {
        var entries = group
        var changed = 0
        var waiting: [SeriesMinutes] = []
        for index in entries.indices {
            entries[index].look(for: late, before: minute, settings)
            try entries[index].count(before: minute, settings, in: source, store) { minutes in
                waiting.append(minutes)
                // A back-fill of weeks is written as it goes.
                guard minutes.minutes.count >= CountingLimits.minutesAtOnce / 2 else { return }
                changed += try store.record(waiting)
                waiting = []
            }
        }
        changed += try store.record(waiting)
        return (entries, changed)
    }

    /// Settles how much is counted again. Who was late once will be so again: for as long as there is something late,
    /// the samples before that are remembered, as looking for them anew costs a day of samples.
    private mutating func look(
        for late: LateArrivals.Marks?, before minute: Int64, _ settings: ObjectiveEngine.Settings
    ) {
        let most = settings.lateMinutes
        guard let late else {
            again = most
            return
        }
        if !late.isEmpty, let earliest = late.earliest(of: objective.indicator.sums) {
            noteLate(atMilliseconds: earliest)
        }
        if let from = lateFrom {
            // What is older the store has refused.
            let lateFrom = max(from, (countedTo ?? minute) - most - CountingLimits.minutesAgain)
            self.lateFrom = lateFrom
            again = max(again, min(most, minute - lateFrom + CountingLimits.minutesAgain))
        } else {
            again = max(CountingLimits.minutesAgain, again - 1)
        }
    }

    private mutating func count(
        before minute: Int64, _ settings: ObjectiveEngine.Settings, in source: any SampleSource,
        _ store: CountsStore, _ take: (SeriesMinutes) throws -> Void
    ) throws {
        let window = max(objective.window.length, .seconds(86_400))
        let oldest = max(first, minute - min(window, settings.samplesKept).milliseconds / Minute.milliseconds)
        var from: Int64
        if let countedTo {
            // Before what the counter remembers it would look for a day's samples.
            let start = max(countedTo - again, counter.remembered ?? .min)
            from = max(oldest, min(start, lateFrom ?? .max))
        } else {
            // What came late before a restart was noted nowhere.
            latest = store.latest(series)
            from = max(oldest, (latest.map { $0 + 1 } ?? oldest) - settings.lateMinutes)
        }
        problem = nil
        while from < minute {
            let to = min(minute, from + CountingLimits.minutesAtOnce)
            let next = to == minute ? max(from, minute - again) : to
            let found = try counter.count(from: from, to: to, next: next, in: source)
            if let problem = found.problem { self.problem = problem }
            // Counted again from there once it can be.
            guard let minutes = found.minutes else { return }
            let start = from
            // A minute that had data keeps it, whatever became of the samples.
            let counted = minutes.enumerated().compactMap { place, count in
                count.map { (minute: start + Int64(place), count: Optional($0)) }
            }
            if let last = counted.last { latest = max(latest ?? .min, last.minute) }
            try take(SeriesMinutes(series: series, minutes: counted))
            from = to
        }
        countedTo = minute
        lateFrom = nil
        if problem == nil, minutesWithoutData(at: minute) > CountingLimits.minutesWithoutDataMax {
            problem = "no samples come"
        }
    }

    /// By what this process has counted.
    func minutesWithoutData(at minute: Int64) -> Int64 { minute - max(latest ?? since, since) }
}

/// An objective at the end of a minute, with what is to be done about it.
struct JudgedObjective: Sendable {
    let entry: ObjectiveEntry
    private(set) var standing: ObjectiveStanding
    private(set) var transition: PolicyTransition?
    private(set) var conditions: [ObjectiveAlerts.Condition] = []
    private let store: CountsStore
    private let counts: CountedMinutes
    private let minute: Int64

    var name: String { entry.objective.name }

    init(_ entry: ObjectiveEntry, _ record: ObjectiveBook.Record, _ store: CountsStore, at minute: Int64) {
        self.entry = entry
        self.store = store
        self.minute = minute
        counts = CountedMinutes(store: store, series: entry.series, corrections: record.corrections)
        let judgement = ObjectiveJudgement(objective: entry.objective, counts: counts, end: minute)
        standing = judgement.standing(record, problem: entry.problem)
        let state = judgement.policyState(standing)
        if state != standing.policyState {
            transition = PolicyTransition(
                objective: entry.objective.name, service: entry.objective.service, from: standing.policyState,
                to: state, consumed: standing.consumed, atMilliseconds: standing.at.milliseconds)
        }
        standing.easesAt = judgement.easing(standing)
        conditions = judgement.conditions(standing, minutesWithoutData: entry.minutesWithoutData(at: minute))
    }

    mutating func take(_ transition: PolicyTransition) {
        standing.policyState = transition.to
        standing.policySince = Timestamp(milliseconds: transition.atMilliseconds)
        standing.easesAt = judgement.easing(standing)
        conditions = judgement.conditions(standing, minutesWithoutData: entry.minutesWithoutData(at: minute))
    }

    private var judgement: ObjectiveJudgement {
        ObjectiveJudgement(objective: entry.objective, counts: counts, end: minute)
    }
}
