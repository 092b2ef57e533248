import Basics
import Ingest
import SignalModel
import TestKit
import Testing

@Suite("Admission of samples")
struct IngestAdmissionTests {
    private let clock = VirtualClock()
    private let agent = IngestSender(id: "1f", name: "aks-1")

    private func batch(_ all: [[String: String]], samplesEach: Int = 1) -> SampleBatch {
        var batch = SampleBatch()
        for labels in all {
            batch.beginSeries(Labels(labels.map { (name: $0.key, value: $0.value) }))
            for number in 0..<samplesEach {
                batch.append(Sample(timestamp: clock.now() + .seconds(number), value: Double(number)))
            }
        }
        return batch
    }

    private func sent(
        by replica: String, cluster: String = "c", to admission: IngestAdmission
    ) -> (kept: [Labels], report: AdmissionReport) {
        var batch = batch([["__name__": "up", "cluster": cluster, "__replica__": replica, "job": "x"]])
        let report = admission.admit(&batch, of: agent)
        return (batch.entries.map(batch.labels(of:)), report)
    }

    @Test("of two agents of a cluster the first is listened to, the other after the first fell silent")
    func election() {
        let admission = IngestAdmission(clock: clock)
        let stored = Labels([
            (name: "__name__", value: "up"), (name: "cluster", value: "c"), (name: "job", value: "x"),
        ])
        #expect(sent(by: "a", to: admission).kept == [stored])
        #expect(sent(by: "b", to: admission).kept == [])
        #expect(sent(by: "b", to: admission).report.duplicateSamples == 1)
        #expect(sent(by: "b", cluster: "d", to: admission).kept.count == 1)
        clock.advance(by: .seconds(20))
        #expect(sent(by: "a", to: admission).kept == [stored])
        clock.advance(by: .seconds(29))
        #expect(sent(by: "b", to: admission).kept == [])
        clock.advance(by: .seconds(1))
        #expect(sent(by: "b", to: admission).kept == [stored])
        #expect(sent(by: "a", to: admission).kept == [])
        #expect(admission.statistics().clusters["c"]?.changes == 1)
        #expect(admission.statistics().duplicateSamples == 4)
    }

    @Test("a request of many agents is taken apart, and what names no pair is kept as it is")
    func mixed() {
        let admission = IngestAdmission(clock: clock)
        var mixed = batch(
            [
                ["__name__": "m", "n": "1", "cluster": "c", "__replica__": "a"],
                ["__name__": "m", "n": "2", "cluster": "c", "__replica__": "b"],
                ["__name__": "m", "n": "3", "cluster": "c"],
                ["__name__": "m", "n": "4", "__replica__": "b"],
                ["__name__": "m", "n": "5", "cluster": "d", "__replica__": "b"],
                ["__name__": "m", "n": "6", "cluster": "c", "__replica__": "a"],
            ], samplesEach: 2)
        let report = admission.admit(&mixed, of: agent)
        #expect(mixed.entries.map { mixed.labels(of: $0)["n"] } == ["1", "3", "4", "5", "6"])
        #expect(mixed.entries.map { mixed.labels(of: $0)["__replica__"] } == ["", "", "b", "", ""])
        #expect(mixed.samples.map(\.value) == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
        #expect(report.duplicateSamples == 2)
        #expect(mixed.entries.allSatisfy { mixed.labels(of: $0).hash == $0.hash })
    }

    @Test("histograms keep their values when series before them go")
    func histograms() throws {
        let admission = IngestAdmission(clock: clock)
        _ = sent(by: "a", to: admission)
        var mixed = SampleBatch()
        for (replica, sum) in [("b", 1.0), ("a", 2), ("a", 3)] {
            let sumText = String(sum)
            mixed.beginSeries(
                Labels([
                    (name: "__name__", value: "h" + sumText), (name: "cluster", value: "c"),
                    (name: "__replica__", value: replica),
                ]))
            var histogram = NativeHistogram()
            histogram.sum = sum
            mixed.append(histogram, at: clock.now())
        }
        let report = admission.admit(&mixed, of: agent)
        #expect(report.duplicateHistograms == 1)
        let sums = mixed.samples.map { mixed.histograms[HistogramBox.place($0.value)].sum }
        #expect(sums == [2, 3])
    }

    @Test("exemplars follow their series, and go with it")
    func exemplars() {
        let admission = IngestAdmission(clock: clock)
        _ = sent(by: "a", to: admission)
        var mixed = SampleBatch()
        for (number, replica) in ["b", "a", "b", "a"].enumerated() {
            mixed.beginSeries(
                Labels([
                    (name: "__name__", value: "e\(number)"), (name: "cluster", value: "c"),
                    (name: "__replica__", value: replica),
                ]))
            mixed.append(Sample(timestamp: clock.now(), value: 1))
            mixed.append(
                Exemplar(
                    labels: Labels([(name: "trace_id", value: String(number))]), value: Double(number),
                    timestamp: clock.now(), isTimed: true))
        }
        let report = admission.admit(&mixed, of: agent)
        #expect(report.duplicateExemplars == 2)
        #expect(mixed.exemplars.map { mixed.labels(of: mixed.entries[$0.entry]).name } == ["e1", "e3"])
        #expect((0..<2).map { mixed.exemplar($0).labels["trace_id"] } == ["1", "3"])
    }

    @Test("more clusters than are followed: the one unheard for longest is forgotten")
    func manyClusters() {
        var election = ReplicaElection(failoverTimeout: .seconds(30))
        for number in 0...ReplicaElection.clustersMax {
            let isAdmitted = election.admits("a", of: String(number), at: .milliseconds(number))
            #expect(isAdmitted)
        }
        #expect(election.clusters.count == ReplicaElection.clustersMax)
        #expect(election.clusters["0"] == nil)
    }

    @Test("a token over its series: known ones go on, new ones are named and left out, old ones make room")
    func seriesLimit() {
        let admission = IngestAdmission(clock: clock)
        let sender = IngestSender(id: "1f", name: "aks-1", limits: IngestLimits(activeSeriesMax: 2))
        var first = batch([["__name__": "a"], ["__name__": "b"], ["__name__": "c"]])
        #expect(
            admission.admit(&first, of: sender).refusal
                == "1 series left out: more than the 2 active series this token may have, first c")
        var second = batch([["__name__": "b"], ["__name__": "d"], ["__name__": "e"], ["__name__": "a"]])
        #expect(admission.admit(&second, of: sender).refusedSeries == 2)
        #expect(second.entries.map { second.labels(of: $0).name } == ["b", "a"])
        clock.advance(by: .seconds(700))
        var third = batch([["__name__": "b"]])
        #expect(admission.admit(&third, of: sender).refusal == nil)
        clock.advance(by: .seconds(700))
        var fourth = batch([["__name__": "d"], ["__name__": "b"]])
        #expect(admission.admit(&fourth, of: sender).refusal == nil)
        #expect(admission.statistics().senders["1f"]?.activeSeries == 2)
        var other = batch([["__name__": "z"]])
        #expect(admission.admit(&other, of: agent).refusal == nil)
    }

    @Test("a series with too many labels, or too long a value, is left out alone")
    func labelLimits() {
        let admission = IngestAdmission(clock: clock)
        let sender = IngestSender(
            id: "1f", name: "aks-1", limits: IngestLimits(labelsPerSeriesMax: 2, labelValueBytesMax: 5))
        var sent = batch([
            ["__name__": "a", "b": "12345"], ["__name__": "a", "b": "1", "c": "1"], ["__name__": "a", "b": "123456"],
        ])
        let report = admission.admit(&sent, of: sender)
        #expect(sent.entries.count == 1)
        #expect(
            report.reasons == [
                "more than the 2 labels this token may send a series with, first a{b=\"1\", c=\"1\"}",
                "a label value longer than the 5 bytes this token may send, first a{b=\"123456\"}",
            ])
    }

    @Test("a token over its rate is told how long to wait, and may send then")
    func rate() throws {
        let admission = IngestAdmission(clock: clock)
        let sender = IngestSender(id: "1f", name: "aks-1", limits: IngestLimits(samplesPerSecond: 10))
        try admission.begin(sender)
        var large = batch([["__name__": "a"]], samplesEach: 120)
        _ = admission.admit(&large, of: sender)
        #expect(large.samples.count == 120)
        let refused = #expect(throws: IngestAdmission.TooFast.self) { try admission.begin(sender) }
        #expect(refused?.retryAfter == .seconds(3))
        clock.advance(by: .seconds(2))
        #expect(throws: IngestAdmission.TooFast.self) { try admission.begin(sender) }
        clock.advance(by: .milliseconds(100))
        try admission.begin(sender)
        #expect(admission.statistics().senders["1f"]?.delayedRequests == 2)
    }

    @Test("a rate that is set or changed under way counts from then on, not what was sent before")
    func changedRate() throws {
        let admission = IngestAdmission(clock: clock)
        func send(_ limits: IngestLimits) throws {
            let sender = IngestSender(id: "1f", name: "aks-1", limits: limits)
            try admission.begin(sender)
            var batch = batch([["__name__": "a"]], samplesEach: 1000)
            _ = admission.admit(&batch, of: sender)
        }
        for _ in 0..<5 { try send(IngestLimits(activeSeriesMax: 10)) }
        try send(IngestLimits(samplesPerSecond: 1))
        #expect(throws: IngestAdmission.TooFast.self) { try send(IngestLimits(samplesPerSecond: 1)) }
        try send(IngestLimits(samplesPerSecond: 2))
    }
}
