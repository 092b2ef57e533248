import SignalModel
import Synchronization

extension Head {
    /// Takes the batch's exemplars that are to be logged into the ticket. The locks of its shards are held.
    ///
    /// They are judged by what is applied now and once more when they are applied themselves: of two that wait at the
    /// same time the later may prove a duplicate then, which costs a line in the log and nothing else.
    func admitExemplars(of ticket: CommitTicket) {
        let batch = ticket.batch
        guard !batch.exemplars.isEmpty else { return }
        exemplars.withLock { ring in
            for place in batch.exemplars.indices {
                let entry = batch.exemplars[place].entry
                // Its series has no labels in the log, and never had a sample: nothing it could stand for.
                guard let record = ticket.records[entry], record.pointee.isLogged else {
                    ticket.outcome.refuse(place, .unknownSeries)
                    continue
                }
                let exemplar = batch.exemplar(place)
                switch ring.verdict(on: exemplar, of: Labels(packed: record.pointee.labels)) {
                case .fresh:
                    ticket.exemplars.append(
                        CommitTicket.NewExemplar(
                            ref: record.pointee.ref, series: Labels(packed: record.pointee.labels), exemplar: exemplar
                        ))
                    ticket.outcome.appendedCount += 1
                case .duplicate, .disabled: ticket.outcome.appendedCount += 1
                case .outOfOrder:
                    ring.countOutOfOrder()
                    ticket.outcome.refuse(place, .outOfOrder)
                case .tooLong: ticket.outcome.refuse(place, .tooLong)
                }
            }
        }
    }

    /// By the log's thread, once they are durable.
    func applyExemplars(of ticket: CommitTicket) {
        guard !ticket.exemplars.isEmpty else { return }
        exemplars.withLock { ring in
            for new in ticket.exemplars { _ = ring.add(new.exemplar, of: new.series) }
        }
    }
}
