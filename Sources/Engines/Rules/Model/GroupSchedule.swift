package import Basics

/// When a group is evaluated: every interval, at an offset inside it that depends only on the group's identity.
/// So groups spread over the interval, and a restart keeps their times.
package struct GroupSchedule: Sendable, Hashable {
    package let intervalMilliseconds: Int64
    package let offsetMilliseconds: Int64

    package init(_ group: RuleGroup) {
        intervalMilliseconds = group.interval.milliseconds
        offsetMilliseconds = Int64(Self.hash(group.key) % UInt64(intervalMilliseconds))
    }

    /// FNV-1a, because the offset must be the same in every process.
    private static func hash(_ key: RuleGroupKey) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in key.file.utf8 + [0] + key.name.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        // FNV's low bits are weak for short keys; the remainder takes them.
        return hash ^ (hash >> 32)
    }

    /// The latest slot not after `time`.
    package func slot(atOrBefore time: Timestamp) -> Timestamp {
        let shifted = time.milliseconds - offsetMilliseconds
        let remainder = shifted % intervalMilliseconds
        let down = remainder < 0 ? remainder + intervalMilliseconds : remainder
        return Timestamp(milliseconds: shifted - down + offsetMilliseconds)
    }

    package func slot(after time: Timestamp) -> Timestamp {
        Timestamp(milliseconds: slot(atOrBefore: time).milliseconds + intervalMilliseconds)
    }
}
