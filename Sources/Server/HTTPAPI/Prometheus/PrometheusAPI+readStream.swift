import HTTPTypes
import Hummingbird
import NIOCore
import SignalModel
import Synchronization
import WireFormats

extension PrometheusAPI {
    /// The answer in frames, as they are read: whoever asks holds as little of it as this server does. What goes wrong
    /// on the way ends the connection, since the status is told by then.
    func stream(_ asked: RemoteReadRequest) -> Response {
        let frames = Mutex(
            ReadStream(asked, source: source, externalLabels: status.externalLabels(), encode: encode))
        let reader = StreamReader(frames: frames)
        let threads = threads
        let body = ResponseBody { writer in
            while let bytes = try await threads.run({ try reader.next() }) {
                try await writer.write(ByteBuffer(bytes: bytes))
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: RemoteReadFrames.contentType], body: body)
    }
}

/// Hands the stream from thread to thread; one reads at a time.
private final class StreamReader: Sendable {
    private let frames: Mutex<ReadStream>
    init(frames: consuming sending Mutex<ReadStream>) { self.frames = frames }
    func next() throws -> [UInt8]? { try frames.withLock { try $0.next() } }
}
