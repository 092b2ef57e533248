import Pipeline
import SignalModel

extension DocumentPlaces {
    /// What the document of this number in its batch is called, if its sender gave it no identity.
    func identity(of number: Int) -> String {
        switch self {
        case .queue(let ordinals): GeneratedIdentity.text(of: ordinals.lowerBound + UInt64(number))
        case .topic(let name, let receivedAt, let places):
            TopicIdentity.text(topic: name, places[number], receivedAt: receivedAt)
        }
    }

    /// Grows with each document of the queue, or of its partition.
    func sequence(of number: Int) -> UInt64 {
        switch self {
        case .queue(let ordinals): ordinals.lowerBound + UInt64(number)
        case .topic(_, _, let places): UInt64(max(0, places[number].offset))
        }
    }
}

extension ElasticsearchAPI {
    /// Waits until what was stored can be found; of a topic only as far as it is read here, and not for ever.
    func refresh(_ places: DocumentPlaces) async throws {
        switch places {
        case .queue(let ordinals): try await refresh(ordinals.upperBound)
        case .topic: try? await progress.settle()
        }
    }

    func refreshAll() async throws {
        if intake.isShared { try? await progress.settle() } else { try await refresh(intake.queue.nextOrdinal) }
    }
}
