internal import NIOSSL

/// The DNS name by which a server is asked for, and that its certificate has to bear.
///
/// The TLS library verifies the chain and the name, but lets a certificate of the *address* that was connected to stand
/// in for the name. Addresses come from DNS, which nobody signs, so that isn't enough here (RFC 9525, section 6).
struct ServerName: Hashable, Sendable {
    private let name: Substring

    init(_ name: String) {
        self.name = Self.normal(name)
    }

    func isBorne(by certificate: NIOSSLCertificate?) -> Bool {
        certificate?._subjectAlternativeNames().contains { alternative in
            alternative.nameType == .dnsName && matches(String(decoding: alternative.contents, as: UTF8.self))
        } ?? false
    }

    /// - Parameter pattern: a name, or one whose first label is an asterisk that stands for exactly one label.
    func matches(_ pattern: String) -> Bool {
        let pattern = Self.normal(pattern)
        guard pattern.hasPrefix("*.") else { return !name.isEmpty && pattern == name }
        guard let dot = name.firstIndex(of: "."), dot > name.startIndex else { return false }
        return name[dot...] == pattern.dropFirst()
    }

    /// Case means nothing, nor does a dot at the end.
    private static func normal(_ name: String) -> Substring {
        let lowercased = name.lowercased()
        return lowercased.hasSuffix(".") ? lowercased.dropLast() : lowercased[...]
    }
}
