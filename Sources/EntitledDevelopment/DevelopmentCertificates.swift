package import Foundation
import Glibc
import X509

/// A private certificate authority and a server certificate that it issued, as PEM files in a folder: for
/// development and tests, where no authority of the organisation's issues one.
package struct DevelopmentCertificates: Sendable {
    /// Certificates that expire sooner than this are made anew.
    package static let renewalSeconds: TimeInterval = 7 * 86_400

    /// The authority's certificate, `ca.pem`: what clients trust.
    package let authority: String
    /// The authority's private key, `ca-key.pem`; only its owner may read it.
    package let authorityKey: String
    /// The server's certificate, `server.pem`.
    package let certificate: String
    /// The server's private key, `server-key.pem`; only its owner may read it.
    package let key: String

    private init(directory: String) {
        authority = "\(directory)/ca.pem"
        authorityKey = "\(directory)/ca-key.pem"
        certificate = "\(directory)/server.pem"
        key = "\(directory)/server-key.pem"
    }

    /// Makes what is missing in the folder, doesn't fit together, doesn't bear all the names, or is valid for less
    /// than seven days more; keeps the rest. A new server certificate comes from the authority that is there, so
    /// clients needn't be told. Keys are P-256, signatures ECDSA with SHA-256 (RFC 5280, RFC 5480).
    /// - Parameters:
    ///   - directory: the folder; it is made if need be.
    ///   - names: DNS names of the server.
    ///   - addresses: IP addresses of the server, IPv4 or IPv6.
    ///   - validity: how long a new server certificate holds; the authority's holds ten times as long.
    ///   - now: the present.
    /// - Throws: ``DevelopmentError`` for an address that isn't one, or when the files can't be written.
    package static func make(
        in directory: String, names: [String] = ["localhost"], addresses: [String] = ["127.0.0.1", "::1"],
        validity: Duration = .seconds(365 * 86_400), now: Date = Date()
    ) throws -> DevelopmentCertificates {
        let subjects = try names.map { GeneralName.dnsName($0) } + addresses.map { try ipAddress($0) }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let files = DevelopmentCertificates(directory: directory)

        // Two processes at once must not mix their files.
        let folder = try Descriptor.open(directory, O_RDONLY | O_DIRECTORY)
        while flock(folder.raw, LOCK_EX) != 0 {
            guard errno == EINTR else { throw DevelopmentError.system("flock \(directory)", errno) }
        }

        let earliestEnd = now.addingTimeInterval(renewalSeconds)
        let seconds = TimeInterval(validity.components.seconds)
        let authority: IssuedCertificate
        if let kept = IssuedCertificate(certificate: files.authority, key: files.authorityKey),
            kept.isAuthority, kept.isValid(until: earliestEnd)
        {
            authority = kept
        } else {
            authority = try IssuedCertificate.makeAuthority(now: now, validitySeconds: 10 * seconds)
            try authority.write(certificate: files.authority, key: files.authorityKey)
        }
        let kept = IssuedCertificate(certificate: files.certificate, key: files.key)
        if let kept, kept.isIssued(by: authority), kept.bears(subjects), kept.isValid(until: earliestEnd) {
            return files
        }
        try authority.issueServer(subjects: subjects, now: now, validitySeconds: seconds)
            .write(certificate: files.certificate, key: files.key)
        return files
    }
}
