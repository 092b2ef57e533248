import Basics
import Testing

@testable import Rules

@Suite("Group schedules")
struct GroupScheduleTests {
    @Test("slots are one interval apart, at an offset that depends on nothing but the group's identity")
    func slots() {
        let schedule = GroupSchedule(RuleFixtures.group([], name: "a"))
        #expect(schedule == GroupSchedule(RuleFixtures.group([], name: "a")))
        #expect((0..<60_000).contains(schedule.offsetMilliseconds))
        let slot = schedule.slot(atOrBefore: minutes(5))
        #expect(slot <= minutes(5))
        #expect(schedule.slot(atOrBefore: slot) == slot)
        #expect(schedule.slot(after: slot) == slot + .seconds(60))
        #expect(schedule.slot(after: slot - .milliseconds(1)) == slot)
        #expect((slot.milliseconds - schedule.offsetMilliseconds) % 60_000 == 0)
    }

    @Test("times before 1970 have slots too")
    func negative() {
        let schedule = GroupSchedule(RuleFixtures.group([]))
        let time = Timestamp(milliseconds: -123_456)
        #expect(schedule.slot(atOrBefore: time) <= time)
        #expect(schedule.slot(after: time) > time)
    }

    @Test("groups spread over the interval")
    func spread() {
        let offsets = (0..<100).map {
            GroupSchedule(RuleFixtures.group([], name: "group \($0)")).offsetMilliseconds / 6000
        }
        #expect(Set(offsets).count == 10)
    }
}
