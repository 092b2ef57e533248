import Notifiers

extension ChannelSettings {
    /// What P3 may use.
    var isMail: Bool { if case .email = self { true } else { false } }
}
