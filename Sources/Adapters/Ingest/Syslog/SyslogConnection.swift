import NIOCore
import Pipeline
import WireFormats

/// One connection of syslog over TCP or TLS.
final class SyslogConnection: ChannelInboundHandler, @unchecked Sendable {  // Used on its channel's event loop alone.
    typealias InboundIn = ByteBuffer

    /// Before what could not be taken is tried again.
    private static let pause = TimeAmount.seconds(1)
    /// What a byte of a message may take in its document: it may be there twice, escaped.
    private static let escapedBytesMax = 16

    private let intake: SyslogIntake
    private var frames = SyslogFrames()
    private var decoder = SyslogDecoder()
    private var batch = DocumentBatch()
    private var isStoring = false
    private var sender = ""

    init(_ intake: SyslogIntake) { self.intake = intake }

    func channelActive(context: ChannelHandlerContext) {
        sender = context.remoteAddress?.ipAddress ?? ""
        var isRefused = false
        intake.count { counts in
            isRefused = counts.connections >= SyslogIntake.connectionsMax
            counts.connections += 1
            if isRefused { counts.refusedConnections += 1 }
        }
        if isRefused { context.close(promise: nil) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        do throws(SyslogFrames.TooLong) {
            try frames.take(buffer.readableBytesView) { add($0) }
        } catch {
            intake.count { $0.brokenConnections += 1 }
            context.close(promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { store(context.channel) }

    func channelInactive(context: ChannelHandlerContext) {
        frames.finish { add($0) }
        intake.count { $0.connections -= 1 }
        store(context.channel)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func add(_ message: ArraySlice<UInt8>) {
        var document = message.withUnsafeBytes { decoder.document($0, receivedAt: intake.now, sender: sender) }
        if document.count > intake.documentBytesMax {
            // Syslog has no answer, and what cannot be taken would hold up the connection for ever.
            document = message.prefix(intake.documentBytesMax / Self.escapedBytesMax).withUnsafeBytes {
                decoder.document($0, receivedAt: intake.now, sender: sender)
            }
        }
        document.withUnsafeBytes {
            batch.append(.create, index: SyslogIntake.index, identity: nil, pipeline: nil, source: $0)
        }
    }

    /// One batch at a time; nothing is read meanwhile.
    private func store(_ channel: any Channel) {
        guard !isStoring, !batch.isEmpty else { return }
        isStoring = true
        _ = channel.setOption(.autoRead, value: false)
        let taken = batch
        batch = DocumentBatch()
        store(taken, channel)
    }

    private func store(_ taken: DocumentBatch, _ channel: any Channel) {
        let loop = channel.eventLoop
        intake.store(taken) { [self] isStored in
            loop.execute { [self] in
                guard isStored else {
                    _ = loop.scheduleTask(in: Self.pause) { [self] in store(taken, channel) }
                    return
                }
                isStoring = false
                store(channel)
                if !isStoring, channel.isActive { _ = channel.setOption(.autoRead, value: true) }
            }
        }
    }
}
