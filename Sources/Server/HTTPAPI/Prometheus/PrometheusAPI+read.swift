import Basics
import HTTPTypes
import Hummingbird
import NIOCore
import SignalModel
import WireFormats

extension PrometheusAPI {
    /// A request beyond it is answered 413.
    private static let readBodyBytesMax = 1 << 20
    /// Samples of one answer; more are answered 400, as Prometheus does.
    private static let readSamplesMax = 10_000_000

    /// Remote read, answered with samples or a stream of chunks: what another Prometheus takes when it asks a long-term store.
    func read(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let body = try await request.body.collect(upTo: Self.readBodyBytesMax)
        let asked: RemoteReadRequest
        do {
            let message = try Snappy.decompress(Array(body.readableBytesView), bytesMax: Self.readBodyBytesMax * 8)
            asked = try RemoteReadRequest(message)
        } catch { throw APIError(.badData, "remote read: \(error)") }
        if asked.prefersStream { return stream(asked) }
        let (source, externalLabels) = (source, status.externalLabels())
        return try await threads.run {
            var answer = RemoteReadResponse()
            var samplesLeft = Self.readSamplesMax
            for query in asked.queries {
                try Self.answer(query, source, externalLabels, &samplesLeft, &answer)
            }
            var response = Response(
                status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(bytes: Snappy.compress(answer.bytes))))
            response.headers[.contentType] = "application/x-protobuf"
            response.headers[.contentEncoding] = "snappy"
            return response
        }
    }

    private static func answer(
        _ query: RemoteReadRequest.Query, _ source: any SampleSource, _ externalLabels: Labels,
        _ samplesLeft: inout Int, _ answer: inout RemoteReadResponse
    ) throws {
        var buffer = SampleBuffer()
        for series in try query.series(of: source, externalLabels) {
            buffer.removeAll()
            try series.read(from: query.from, through: query.through, into: &buffer)
            if buffer.count == 0 { continue }
            samplesLeft -= buffer.count
            guard samplesLeft >= 0 else { throw APIError(.badData, "exceeded sample limit (\(readSamplesMax))") }
            answer.add(series.labels.adding(externalLabels), buffer)
        }
        answer.endQuery()
    }
}

extension RemoteReadRequest.Query {
    /// By labels. External labels are not stored: matchers on them are answered here.
    func series(of source: any SampleSource, _ externalLabels: Labels) throws -> [any SelectedSeries] {
        let own = matchers.filter { externalLabels.contains($0.name) }
        guard own.allSatisfy({ $0.matches(externalLabels) }) else { return [] }
        let stored = matchers.filter { !externalLabels.contains($0.name) }
        return try source.select(stored, from: from, through: through, sorted: true)
    }
}

extension Labels {
    /// Those of `others` that are not here yet are added.
    func adding(_ others: Labels) -> Labels {
        if others.isEmpty { return self }
        var builder = LabelsBuilder(self)
        for (name, value) in others.pairs where !contains(name) { builder.set(name, value) }
        return builder.labels()
    }
}
