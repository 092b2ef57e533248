package import Basics

/// One person on call without a break.
package struct Shift: Sendable, Hashable, Codable {
    package var person: String
    package var fromMilliseconds: Int64
    /// No longer part of it.
    package var throughMilliseconds: Int64
    /// The layer it comes from; empty for an override.
    package var layer: String
    /// The override it comes from.
    package var override: String?

    package init(
        person: String, fromMilliseconds: Int64, throughMilliseconds: Int64, layer: String, override: String? = nil
    ) {
        self.person = person
        self.fromMilliseconds = fromMilliseconds
        self.throughMilliseconds = throughMilliseconds
        self.layer = layer
        self.override = override
    }

    package var from: Timestamp { Timestamp(milliseconds: fromMilliseconds) }
    package var through: Timestamp { Timestamp(milliseconds: throughMilliseconds) }
    package var lengthMilliseconds: Int64 { throughMilliseconds - fromMilliseconds }

    package func contains(_ milliseconds: Int64) -> Bool {
        fromMilliseconds <= milliseconds && milliseconds < throughMilliseconds
    }

    /// What lies within both; nil when nothing does.
    package func clipped(from: Int64, through: Int64) -> Shift? {
        var shift = self
        shift.fromMilliseconds = max(fromMilliseconds, from)
        shift.throughMilliseconds = min(throughMilliseconds, through)
        return shift.lengthMilliseconds > 0 ? shift : nil
    }
}

/// A stretch of time, its end no longer part of it.
package struct OnCallSpan: Sendable, Hashable, Codable {
    package var fromMilliseconds: Int64
    package var throughMilliseconds: Int64

    package init(fromMilliseconds: Int64, throughMilliseconds: Int64) {
        self.fromMilliseconds = fromMilliseconds
        self.throughMilliseconds = throughMilliseconds
    }
}

extension [Shift] {
    /// These, sorted and without overlap, with `upper`, which are so too, laid over them.
    package func overlaid(with upper: [Shift]) -> [Shift] {
        var result: [Shift] = []
        result.reserveCapacity(count + upper.count)
        var rest = self[...]
        for shift in upper {
            while var lower = rest.first, lower.fromMilliseconds < shift.throughMilliseconds {
                if let before = lower.clipped(from: .min / 2, through: shift.fromMilliseconds) {
                    result.append(before)
                }
                guard lower.throughMilliseconds > shift.throughMilliseconds else {
                    rest.removeFirst()
                    continue
                }
                lower.fromMilliseconds = Swift.max(lower.fromMilliseconds, shift.throughMilliseconds)
                rest[rest.startIndex] = lower
                break
            }
            result.append(shift)
        }
        return result + rest
    }

    /// Where nobody is on call between the two times. Sorted and without overlap, as these are.
    package func gaps(from: Int64, through: Int64) -> [OnCallSpan] {
        var gaps: [OnCallSpan] = []
        var covered = from
        for shift in self where shift.throughMilliseconds > covered {
            guard shift.fromMilliseconds < through else { break }
            if shift.fromMilliseconds > covered {
                gaps.append(OnCallSpan(fromMilliseconds: covered, throughMilliseconds: shift.fromMilliseconds))
            }
            covered = shift.throughMilliseconds
        }
        if covered < through { gaps.append(OnCallSpan(fromMilliseconds: covered, throughMilliseconds: through)) }
        return gaps
    }

    /// The one that contains the time, by halving.
    package func shift(at milliseconds: Int64) -> Shift? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].throughMilliseconds <= milliseconds { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low].contains(milliseconds) ? self[low] : nil
    }
}
