import Glibc
import NIOCore
import NIOPosix

/// Watches folders by Linux' inotify, on an event loop.
package struct InotifyWatch: FolderWatching {
    /// Whole writes and moves: a file half-written is not read. A configuration map of Kubernetes is swapped by a move.
    private static let events = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE)

    package init() {}

    package func changes(in folders: Set<String>) -> AsyncStream<Void>? {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        guard folders.allSatisfy({ inotify_add_watch(descriptor, $0, Self.events) >= 0 }) else {
            close(descriptor)
            return nil
        }
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let bootstrap = NIOPipeBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Signal(continuation))
                }
            }
            .takingOwnershipOfDescriptor(input: descriptor)
        bootstrap.whenFailure { _ in
            close(descriptor)
        }
        continuation.onTermination = { _ in
            bootstrap.whenSuccess { $0.close(promise: nil) }
        }
        return stream
    }

    /// What the events say does not matter: everything is read anew.
    private final class Signal: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let continuation: AsyncStream<Void>.Continuation

        init(_ continuation: AsyncStream<Void>.Continuation) { self.continuation = continuation }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { continuation.yield() }
    }
}
