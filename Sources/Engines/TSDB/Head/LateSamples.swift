import SignalModel

/// Samples of one series that came after newer ones, in time order. They are few and short-lived: the next block of
/// their time takes them.
final class LateSamples {
    private(set) var times: [Int64] = []
    /// Of a histogram its fingerprint.
    private(set) var bits: [UInt64] = []
    /// By time; most series have none.
    private(set) var histograms: [Int64: NativeHistogram] = [:]

    var isEmpty: Bool { times.isEmpty }

    /// The first place whose time is not below `time`.
    private func place(of time: Int64) -> Int {
        // Fast path: an agent that catches up sends in order.
        guard let last = times.last, time <= last else { return times.count }
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func bits(at time: Int64) -> UInt64? {
        let place = place(of: time)
        return place < times.count && times[place] == time ? bits[place] : nil
    }

    /// False when there is one at that time; the first stays.
    func insert(_ time: Int64, _ value: UInt64, _ histogram: NativeHistogram?) -> Bool {
        let place = place(of: time)
        if place < times.count, times[place] == time { return false }
        times.insert(time, at: place)
        bits.insert(value, at: place)
        histograms[time] = histogram
        return true
    }

    func overlaps(_ from: Int64, _ through: Int64) -> Bool {
        let place = place(of: from)
        return place < times.count && times[place] <= through
    }

    /// Places of the samples in the inclusive range.
    func places(_ from: Int64, _ through: Int64) -> Range<Int> {
        let start = place(of: from)
        return start..<max(start, through == .max ? times.count : place(of: through + 1))
    }

    func append(_ places: Range<Int>, to buffer: inout SampleBuffer) {
        for place in places {
            if let histogram = histograms[times[place]] {
                buffer.append(times[place], histogram)
            } else {
                buffer.append(times[place], Double(bitPattern: bits[place]))
            }
        }
    }

    /// Takes out the samples at these ascending times.
    func remove(_ taken: ArraySlice<Int64>) {
        if !histograms.isEmpty { for time in taken { histograms[time] = nil } }
        var next = taken.startIndex
        var kept = 0
        for place in times.indices {
            while next < taken.endIndex, taken[next] < times[place] { next += 1 }
            if next < taken.endIndex, taken[next] == times[place] { continue }
            times[kept] = times[place]
            bits[kept] = bits[place]
            kept += 1
        }
        times.removeSubrange(kept...)
        bits.removeSubrange(kept...)
    }
}
