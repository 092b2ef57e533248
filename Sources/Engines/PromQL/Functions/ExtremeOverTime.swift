/// `max_over_time`: NaN only when there is nothing else.
struct MaximumOverTime: RangeFunction {
    private var candidates = WindowExtreme()

    init() {}
    mutating func begin(_ samples: SampleColumns) { candidates.removeAll() }

    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double {
        candidates.value(window) { $0 > $1 }
    }
}

/// `min_over_time`: NaN only when there is nothing else.
struct MinimumOverTime: RangeFunction {
    private var candidates = WindowExtreme()

    init() {}
    mutating func begin(_ samples: SampleColumns) { candidates.removeAll() }

    @inline(__always)
    mutating func value(_ window: RangeWindow) -> Double {
        candidates.value(window) { $0 < $1 }
    }
}

/// The extreme of a window that only moves forward, in constant time a sample: a queue of indexes whose values
/// each beat all later ones, so the first one still inside the window is the answer (Lemire 2006).
struct WindowExtreme {
    private var queue: [Int] = []
    private var head = 0
    /// Samples before this index have been in the queue.
    private var seen = 0

    mutating func removeAll() {
        queue.removeAll(keepingCapacity: true)
        head = 0
        seen = 0
    }

    /// `beats` is strict, so of equal values (0 and -0) the earliest stays, as it does in a plain scan.
    @inline(__always)
    mutating func value(_ window: RangeWindow, beats: (Double, Double) -> Bool) -> Double {
        seen = max(seen, window.lower)
        while seen < window.upper {
            let value = window.value(seen)
            if !value.isNaN {
                while queue.count > head, beats(value, window.value(queue[queue.count - 1])) { queue.removeLast() }
                queue.append(seen)
            }
            seen += 1
        }
        while head < queue.count, queue[head] < window.lower { head += 1 }
        return head < queue.count ? window.value(queue[head]) : .nan
    }
}
