import NIOCore
import Pipeline
import WireFormats

/// Syslog over UDP: a message a datagram.
final class SyslogDatagrams: ChannelInboundHandler, @unchecked Sendable {  // Used on its channel's event loop alone.
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let intake: SyslogIntake
    private var decoder = SyslogDecoder()
    private var batch = DocumentBatch()

    init(_ intake: SyslogIntake) { self.intake = intake }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        // As between two ends of lines, there is no message in nothing.
        guard envelope.data.readableBytes > 0 else { return }
        let sender = envelope.remoteAddress.ipAddress ?? ""
        let document = envelope.data.withUnsafeReadableBytes {
            decoder.document($0, receivedAt: intake.now, sender: sender)
        }
        document.withUnsafeBytes {
            batch.append(.create, index: SyslogIntake.index, identity: nil, pipeline: nil, source: $0)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        guard !batch.isEmpty else { return }
        let count = batch.count
        let taken = batch
        batch = DocumentBatch()
        intake.store(taken) { [intake] isStored in
            if !isStored { intake.count { $0.lostDatagrams += count } }
        }
    }
}
