import Basics
import SignalModel
import TestKit

/// Series with the oddities of real ones: jitter, gaps, stale markers, resets, NaN and infinities, late starts.
enum RandomStore {
    static func make(seed: UInt64) -> LoadedStore {
        let random = SeededRandomness(seed: seed)
        func chance(_ oneIn: UInt64) -> Bool { random.next() % oneIn == 0 }
        var store = LoadedStore()
        for (name, isCounter) in [("m", false), ("c_total", true)] {
            for series in 0..<6 {
                let labels = Labels([
                    ("__name__", name), ("job", series % 2 == 0 ? "a" : "b"), ("i", "\(series)"),
                ])
                store.add(labels, samples(random, isCounter: isCounter, isOdd: series % 3 == 1, chance))
            }
        }
        var buckets: [[Sample]] = []
        for bound in ["0.5", "1", "2", "+Inf"] {
            var samples = samples(random, isCounter: true, isOdd: false) { _ in false }
            if let below = buckets.last {
                for index in samples.indices where index < below.count {
                    samples[index].value += below[index].value
                    samples[index].timestamp = below[index].timestamp
                }
            }
            buckets.append(samples)
            store.add(Labels([("__name__", "h_bucket"), ("le", bound)]), samples)
        }
        return store
    }

    private static func samples(
        _ random: SeededRandomness, isCounter: Bool, isOdd: Bool, _ chance: (UInt64) -> Bool
    ) -> [Sample] {
        var samples: [Sample] = []
        var time = Int64(random.next() % 60_000)
        var value = 0.0
        while time < 1_500_000 {
            let step = Double(random.next() % 1000) / 10
            value = isCounter ? value + step : step
            if isCounter, chance(12) { value = 0 }
            var stored = value
            if isOdd, chance(10) { stored = [.nan, .infinity, -.infinity, -0.0][Int(random.next() % 4)] }
            if chance(15) { stored = StaleMarker.value }
            samples.append(Sample(timestamp: Timestamp(milliseconds: time), value: stored))
            time += 10_000 + Int64(random.next() % 4_000) + (chance(20) ? 400_000 : 0)
        }
        return samples
    }
}
