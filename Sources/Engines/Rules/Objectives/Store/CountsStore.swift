package import Basics
import Synchronization

/// Good and bad events by minute, kept for 13 months in files of their own: what objectives are judged by.
///
/// `record` returns once its minutes are on disk, or throws and has changed nothing. Every record says what a minute
/// is, never by how much it grew, so doing it twice does no harm: the log may be read over day files that have it
/// already. May be called from any thread; calls block on the disk.
package final class CountsStore: Sendable {
    private let disk: any FileSystem
    private let directory: String
    private let state: Mutex<State>

    /// A log beyond this is folded into the day files; it is also what a start has to read.
    package static let logBytesMax = 16 << 20
    /// Counts of older days are removed.
    package static let retentionDays: Int64 = 400
    /// A log file beyond this is not read: `logBytesMax` and a record that a back-fill writes.
    private static let logReadBytesMax = 512 << 20

    fileprivate struct State {
        var files: [Int64: DayFile] = [:]
        /// Days that the log has something of, whole; they go before the files.
        var open: [Int64: [String: DayMinutes]] = [:]
        var names = CountsLog.Names()
        var log: (any AppendableFile)?
        var problems: [String] = []
    }

    /// Creates the directory when it is missing. Damaged files are put aside and named in `problems`; only a disk that
    /// cannot be read or written throws.
    package init(directory: String, disk: any FileSystem) throws(FileSystemError) {
        self.directory = directory
        self.disk = disk
        state = Mutex(State())
        try disk.createDirectory(directory)
        var loaded = State()
        try Self.load(&loaded, directory, disk)
        let ready = loaded
        state.withLock { $0 = ready }
    }

    /// What was found damaged at the start, as sentences.
    package var problems: [String] { state.withLock { $0.problems } }

    /// What the day files take on disk.
    package var fileBytes: Int {
        state.withLock { Array($0.files.keys) }.reduce(0) {
            $0 + ((try? disk.size(directory + "/" + DayFile.name($1))) ?? 0)
        }
    }

    // MARK: Writing

    /// Assigns counts to minutes; those that have them already cost nothing. Returns how many changed.
    @discardableResult
    package func record(_ batch: [SeriesMinutes]) throws(FileSystemError) -> Int {
        try state.withLock { state throws(FileSystemError) in
            let changed = batch.compactMap { entry -> SeriesMinutes? in
                let minutes = state.changes(entry)
                return minutes.isEmpty ? nil : SeriesMinutes(series: entry.series, minutes: minutes)
            }
            if changed.isEmpty { return 0 }
            var names = state.names
            let record = CountsLog.record(changed, &names)
            let log = try openLog(&state)
            let before = log.count
            do throws(FileSystemError) {
                try log.append(record)
                try log.sync()
            } catch {
                // What is half there would hide all that follows. If cutting fails too, the file is opened anew,
                // which cuts it.
                do { try log.truncate(to: before) } catch {
                    log.close()
                    state.log = nil
                }
                throw error
            }
            state.names = names
            for entry in changed {
                for (minute, count) in entry.minutes { state.assign(entry.series, minute, count) }
            }
            return changed.reduce(0) { $0 + $1.minutes.count }
        }
    }

    /// Gives a series the counts that another has before `minute`. Days are written one by one, the oldest first.
    package func copy(_ series: String, to other: String, before minute: Int64, at now: Int64) throws(FileSystemError)
    {
        var day = floorDivide(now, Minute.perDay) - Self.retentionDays
        while day * Minute.perDay < minute {
            let start = day * Minute.perDay
            let counts = minutes(series, from: start, to: min(start + Minute.perDay, minute))
            let found = counts.enumerated().compactMap { place, count in
                count.map { (minute: start + Int64(place), count: Optional($0)) }
            }
            if !found.isEmpty { try record([SeriesMinutes(series: other, minutes: found)]) }
            day += 1
        }
    }

    /// Whether the log is to be folded: it is long, or has a day that is over.
    package func isFoldDue(at minute: Int64) -> Bool {
        state.withLock { state in
            if state.isLogLong { return true }
            // An hour after midnight late samples are in.
            let day = floorDivide(minute - 60, Minute.perDay)
            return state.open.keys.contains { $0 < day }
        }
    }

    package var isLogLong: Bool { state.withLock(\.isLogLong) }

    /// Moves what the log has into the day files, begins an empty one, and removes days beyond retention. A crash on
    /// the way leaves a log whose minutes are in the files already.
    package func fold(at minute: Int64) throws(FileSystemError) {
        try state.withLock { state throws(FileSystemError) in
            for (day, series) in state.open.sorted(by: { $0.key < $1.key }) {
                let path = directory + "/" + DayFile.name(day)
                try disk.replace(path, with: DayFile.bytes(day, series, over: state.files[day]))
                guard let file = try? DayFile(try disk.map(path), day: day) else {
                    throw FileSystemError(
                        code: .other(errno: 5), operation: "read", path: path, message: "not what was written")
                }
                state.files[day] = file
            }
            state.log?.close()
            state.log = nil
            try disk.replace(directory + "/" + Self.logName, with: CountsLog.magic)
            state.names = CountsLog.Names()
            state.open = [:]
            let oldest = floorDivide(minute, Minute.perDay) - Self.retentionDays
            for day in state.files.keys.filter({ $0 < oldest }) {
                try disk.remove(directory + "/" + DayFile.name(day))
                state.files[day] = nil
            }
        }
    }

    // MARK: Reading

    /// The sum over minutes `from` up to, not including, `to`.
    package func sum(_ series: String, from: Int64, to: Int64) -> CountSum {
        state.withLock { $0.sum(series, from: from, to: to) }
    }

    /// One value a minute of the same range.
    package func minutes(_ series: String, from: Int64, to: Int64) -> [MinuteCount?] {
        state.withLock { $0.minutes(series, from: from, to: to) }
    }

    /// The newest minute with data.
    package func latest(_ series: String) -> Int64? { state.withLock { $0.latest(series) } }

    // MARK: Opening

    private static let logName = "log"

    private func openLog(_ state: inout State) throws(FileSystemError) -> any AppendableFile {
        if let log = state.log { return log }
        let log = try Self.openLog(&state, directory, disk)
        state.log = log
        return log
    }

    private static func openLog(
        _ state: inout State, _ directory: String, _ disk: any FileSystem
    ) throws(FileSystemError) -> any AppendableFile {
        let path = directory + "/" + logName
        let bytes = disk.exists(path) ? try disk.read(path, bytesMax: logReadBytesMax) : []
        var names = CountsLog.Names()
        var assignments: [CountsLog.Assignment] = []
        let whole = bytes.withUnsafeBytes { CountsLog.read($0, &names) { assignments.append($0) } }
        if whole == 0 {
            try disk.replace(path, with: CountsLog.magic)
        } else if whole < bytes.count {
            try disk.truncate(path, to: whole)
        }
        state.names = names
        for entry in assignments { state.assign(entry.series, entry.minute, entry.count) }
        return try disk.openForAppending(path)
    }

    private static func load(_ state: inout State, _ directory: String, _ disk: any FileSystem)
        throws(FileSystemError)
    {
        for name in try disk.list(directory).sorted() {
            guard let day = DayFile.day(ofName: name) else { continue }
            let path = directory + "/" + name
            do { state.files[day] = try DayFile(try disk.map(path), day: day) } catch let error as FileSystemError {
                throw error
            } catch {
                state.problems.append("\(path): \(error); its minutes are without data")
                try disk.rename(path, to: path + ".damaged")
            }
        }
        state.log = try openLog(&state, directory, disk)
    }
}

extension CountsStore.State {
    var isLogLong: Bool { (log?.count ?? 0) > CountsStore.logBytesMax }

    /// Those minutes of `entry` that are another count here.
    func changes(_ entry: SeriesMinutes) -> [(minute: Int64, count: MinuteCount?)] {
        // They mostly are of one day, and a day that is not open is decoded whole.
        var day: (number: Int64, minutes: DayMinutes?)?
        return entry.minutes.filter { minute, count in
            let number = floorDivide(minute, Minute.perDay)
            if day?.number != number { day = (number, minutes(entry.series, ofDay: number)) }
            return day?.minutes?[Int(minute - number * Minute.perDay)] != count
        }
    }

    mutating func assign(_ series: String, _ minute: Int64, _ count: MinuteCount?) {
        let day = floorDivide(minute, Minute.perDay)
        let place = Int(minute - day * Minute.perDay)
        if open[day]?[series] == nil { open[day, default: [:]][series] = minutes(series, ofDay: day) ?? DayMinutes() }
        open[day]?[series]?[place] = count
    }

    private func minutes(_ series: String, ofDay day: Int64) -> DayMinutes? {
        if let minutes = open[day]?[series] { return minutes }
        // A damaged block is a day without data.
        return try? files[day]?.minutes(series)
    }

    private func prefix(_ series: String, _ day: Int64, _ minute: Int) -> CountSum {
        if let minutes = open[day]?[series] { return minutes.prefix(minute) }
        return files[day]?.prefix(series, minute) ?? .zero
    }

    func sum(_ series: String, from: Int64, to: Int64) -> CountSum {
        guard from < to else { return .zero }
        let first = floorDivide(from, Minute.perDay)
        let last = floorDivide(to, Minute.perDay)
        var sum = CountSum.zero
        for day in first..<last { sum += prefix(series, day, Int(Minute.perDay)) }
        sum += prefix(series, last, Int(to - last * Minute.perDay))
        sum -= prefix(series, first, Int(from - first * Minute.perDay))
        return sum
    }

    func minutes(_ series: String, from: Int64, to: Int64) -> [MinuteCount?] {
        var result: [MinuteCount?] = []
        guard from < to else { return result }
        result.reserveCapacity(Int(to - from))
        for day in floorDivide(from, Minute.perDay)...floorDivide(to - 1, Minute.perDay) {
            let start = day * Minute.perDay
            let range = Int(max(from, start) - start)..<Int(min(to, start + Minute.perDay) - start)
            guard let minutes = minutes(series, ofDay: day) else {
                result.append(contentsOf: repeatElement(nil, count: range.count))
                continue
            }
            for place in range { result.append(minutes[place]) }
        }
        return result
    }

    func latest(_ series: String) -> Int64? {
        for day in Set(open.keys).union(files.keys).sorted(by: >) {
            if let place = minutes(series, ofDay: day)?.latest { return day * Minute.perDay + Int64(place) }
        }
        return nil
    }
}
