import PromQL
import TestKit
import Testing

@Suite("Compensated sums and means")
struct KahanMeanTests {
    @Test(
        "sums keep what cancellation would lose",
        arguments: [
            ([1, 1e100, 1, -1e100], 2), ([], 0), ([.infinity, 1], .infinity), ([1e308, 1e308], .infinity),
            ([0.1, 0.2, 0.3, -0.6], 0), ([-1e308, -1e308], -.infinity),
        ] as [([Double], Double)])
    func sums(_ values: [Double], _ wanted: Double) {
        var sum = KahanSum()
        for value in values { sum.add(value) }
        #expect((sum.value - wanted).magnitude < 1e-15 || sum.value == wanted)
    }

    @Test(
        "means survive sums that overflow",
        arguments: [
            ([1e308, 1e308, 1e308], 1e308), ([2], 2), ([1, 2, 3, 4], 2.5), ([.infinity, 1], .infinity),
            ([1.5e308, 1.5e308, -1.5e308, -1.5e308], 0),
        ] as [([Double], Double)])
    func means(_ values: [Double], _ wanted: Double) {
        var mean = KahanMean()
        for value in values { mean.add(value) }
        #expect(mean.value == wanted || (mean.value - wanted).magnitude < 1e293)
    }

    @Test(
        "infinities of both signs and NaN make a mean NaN", arguments: [[Double.infinity, -.infinity], [1, .nan]])
    func undefinedMeans(_ values: [Double]) {
        var mean = KahanMean()
        for value in values { mean.add(value) }
        #expect(mean.value.isNaN)
    }
}
