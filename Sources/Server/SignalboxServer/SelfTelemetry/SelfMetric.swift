package import SignalModel

/// One family of our own metrics at one moment.
package struct SelfMetric: Sendable {
    package enum Kind: String, Sendable { case counter, gauge }

    package var name: String
    package var help: String
    package var kind: Kind
    package var values: [(labels: Labels, value: Double)]

    package init(_ name: String, _ kind: Kind, _ help: String, _ values: [(labels: Labels, value: Double)]) {
        self.name = "signalbox_" + name
        self.help = help
        self.kind = kind
        self.values = values
    }

    package init(_ name: String, _ kind: Kind, _ help: String, _ value: some BinaryInteger) {
        self.init(name, kind, help, [(.empty, Double(value))])
    }

    package init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.init(name, kind, help, [(.empty, value)])
    }
}
