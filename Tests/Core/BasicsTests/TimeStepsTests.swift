import Basics
import Testing

@Suite("Steps of a time, and sums at the ends of 64 bits")
struct TimeStepsTests {
    @Test(
        "every instant within has a step, and no step is empty but by rounding",
        arguments: [(0, 10, 5, 2), (-7, 3, 4, 3), (0, 1, 1000, 1), (5, 6, 1, 1), (.min / 2, .max / 2, 3, .max / 3)]
            as [(Int64, Int64, Int, Int64)])
    func places(start: Int64, end: Int64, count: Int, length: Int64) throws {
        let steps = try #require(TimeSteps(start..<end, count: count))
        #expect(abs(steps.length - length) <= 1)
        #expect(steps.place(of: start) == 0 && steps.place(of: end - 1) < count)
    }

    @Test("a time without a length, or too long a one, and no steps have none")
    func none() {
        #expect(TimeSteps(5..<5, count: 3) == nil)
        #expect(TimeSteps(.min ..< .max, count: 3) == nil)
        #expect(TimeSteps(0..<5, count: 0) == nil)
    }

    @Test("sums and products end at the ends of 64 bits")
    func saturated() {
        #expect(Int64.max.addingSaturated(1) == .max && Int64.min.addingSaturated(-1) == .min)
        #expect(Int64(3).addingSaturated(-5) == -2 && Int64(0).subtractingSaturated(.min) == .max)
        #expect(Int64(-2).subtractingSaturated(.max) == .min && Int64(7).subtractingSaturated(9) == -2)
        #expect(Int64.max.multipliedSaturated(by: -2) == .min && Int64.min.multipliedSaturated(by: -2) == .max)
        #expect(Int64(-3).multipliedSaturated(by: 4) == -12)
    }
}
