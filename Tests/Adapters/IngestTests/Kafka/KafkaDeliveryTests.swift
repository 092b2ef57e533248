import Pipeline
import Synchronization
import Testing

@testable import Ingest

@Suite("Deliveries to a topic")
struct KafkaDeliveryTests {
    private final class Answer: Sendable {
        let results = Mutex<[Result<[TopicPlace], DocumentQueueError>]>([])
    }

    private static func place(_ number: Int) -> TopicPlace { TopicPlace(partition: 1, offset: Int64(number)) }

    @Test("a request is answered once, when each of its documents is acknowledged, with their places in its order")
    func acknowledged() {
        let answer = Answer()
        let delivery = KafkaDelivery(count: 3) { result in answer.results.withLock { $0.append(result) } }
        for number in [2, 0, 1] {
            #expect(answer.results.withLock { $0.isEmpty })
            KafkaDelivery.arrived(delivery.slot(number), Self.place(number), nil)
        }
        #expect(answer.results.withLock { $0.isEmpty })
        delivery.finish(1, nil)
        #expect(answer.results.withLock { $0 } == [.success((0..<3).map(Self.place))])
    }

    @Test("one document that fails fails the request, with the first reason, once nothing more comes")
    func refused() {
        let answer = Answer()
        let delivery = KafkaDelivery(count: 4) { result in answer.results.withLock { $0.append(result) } }
        let first = DocumentQueueError(.tooLarge, "first")
        KafkaDelivery.arrived(delivery.slot(0), Self.place(0), nil)
        KafkaDelivery.arrived(delivery.slot(1), Self.place(1), first)
        // The other two could not be sent.
        delivery.finish(3, DocumentQueueError(.unavailable, "second"))
        #expect(answer.results.withLock { $0 } == [.failure(first)])
    }
}
