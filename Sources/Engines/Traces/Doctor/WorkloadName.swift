/// Names by which a service, its proxy and those who call it mean the same one.
enum WorkloadName {
    /// `Cart` → `cart`: what a service calls itself.
    static func own(_ service: String) -> String { service.lowercased() }

    /// Envoy's name of the service behind it: `cart.prod` or `cart.prod.svc.cluster.local` → `cart`.
    static func behindProxy(_ service: String) -> String { host(service) }

    /// `outbound|8080||cart.prod.svc.cluster.local` → `cart`.
    static func cluster(_ text: String) -> String {
        host(String(text.split(separator: "|", omittingEmptySubsequences: true).last ?? ""))
    }

    /// The first label of a host, without its port; an address of digits stays as it is, since its parts name nothing.
    static func host(_ text: String) -> String {
        let name = text.lowercased()
        let isAddress = name.contains { $0.isNumber } && name.allSatisfy { $0.isNumber || $0 == "." || $0 == ":" }
        if name.first == "[" || isAddress { return name }
        let withoutPort = name.split(separator: ":", maxSplits: 1).first ?? ""
        return String(withoutPort.split(separator: ".", maxSplits: 1).first ?? "")
    }
}
