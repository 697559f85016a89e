import Crypto
import Foundation
import Glibc
import SwiftASN1
import X509

/// A certificate together with its private key.
struct IssuedCertificate {
    private let certificate: Certificate
    private let key: P256.Signing.PrivateKey

    private init(certificate: Certificate, key: P256.Signing.PrivateKey) {
        self.certificate = certificate
        self.key = key
    }

    /// Reads both from their files; nil if one is missing, can't be read, or doesn't belong to the other.
    init?(certificate: String, key: String) {
        guard let certificateText = try? String(contentsOfFile: certificate, encoding: .utf8),
            let keyText = try? String(contentsOfFile: key, encoding: .utf8),
            let certificate = try? Certificate(pemEncoded: certificateText),
            let key = try? P256.Signing.PrivateKey(pemRepresentation: keyText),
            certificate.publicKey == Certificate.PublicKey(key.publicKey)
        else { return nil }
        self.init(certificate: certificate, key: key)
    }

    /// A self-signed authority, for server certificates only: it can't make other authorities.
    static func makeAuthority(now: Date, validitySeconds: TimeInterval) throws -> IssuedCertificate {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName {
            OrganizationName("Entitled development")
            // Distinct, so that a client that trusts two of these takes the right one.
            CommonName("Entitled development CA \(UUID().uuidString.prefix(8))")
        }
        let identifier = SubjectKeyIdentifier(hash: Certificate.PublicKey(key.publicKey))
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
            Critical(KeyUsage(keyCertSign: true, cRLSign: true))
            identifier
            AuthorityKeyIdentifier(keyIdentifier: identifier.keyIdentifier)
        }
        return try make(
            subject: name, key: key, issuer: name, issuerKey: key, extensions: extensions, now: now,
            validitySeconds: validitySeconds)
    }

    /// Issues a certificate for a server that is known by `subjects` (and by no common name: RFC 9525, 2).
    func issueServer(subjects: [GeneralName], now: Date, validitySeconds: TimeInterval) throws -> IssuedCertificate {
        let serverKey = P256.Signing.PrivateKey()
        let name = try DistinguishedName {
            OrganizationName("Entitled development")
            CommonName("Entitled development server")
        }
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage([.serverAuth])
            SubjectAlternativeNames(subjects)
            SubjectKeyIdentifier(hash: Certificate.PublicKey(serverKey.publicKey))
            AuthorityKeyIdentifier(
                keyIdentifier: SubjectKeyIdentifier(hash: Certificate.PublicKey(key.publicKey)).keyIdentifier)
        }
        return try Self.make(
            subject: name, key: serverKey, issuer: certificate.subject, issuerKey: key, extensions: extensions,
            now: now, validitySeconds: validitySeconds)
    }

    private static func make(
        subject: DistinguishedName, key: P256.Signing.PrivateKey, issuer: DistinguishedName,
        issuerKey: P256.Signing.PrivateKey, extensions: Certificate.Extensions, now: Date,
        validitySeconds: TimeInterval
    ) throws -> IssuedCertificate {
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: Certificate.PublicKey(key.publicKey),
            // A little early, for clients whose clock is behind.
            notValidBefore: now.addingTimeInterval(-300), notValidAfter: now.addingTimeInterval(validitySeconds),
            issuer: issuer, subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions,
            issuerPrivateKey: Certificate.PrivateKey(issuerKey))
        return IssuedCertificate(certificate: certificate, key: key)
    }

    func isValid(until end: Date) -> Bool {
        certificate.notValidAfter > end && certificate.notValidBefore < end
    }

    var isAuthority: Bool {
        guard case .isCertificateAuthority? = try? certificate.extensions.basicConstraints else { return false }
        return true
    }

    func isIssued(by authority: IssuedCertificate) -> Bool {
        certificate.issuer == authority.certificate.subject
            && authority.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
    }

    func bears(_ subjects: [GeneralName]) -> Bool {
        guard let names = try? certificate.extensions.subjectAlternativeNames else { return false }
        return subjects.allSatisfy { names.contains($0) }
    }

    /// Writes both files. The key comes first: a crash in between leaves two that don't belong together, which the
    /// next reading notices.
    func write(certificate path: String, key keyPath: String) throws {
        try Self.write(key.pemRepresentation + "\n", to: keyPath, mode: 0o600)
        try Self.write(certificate.serializeAsPEM().pemString + "\n", to: path, mode: 0o644)
    }

    /// Never in part: a new file takes the old one's place.
    private static func write(_ text: String, to path: String, mode: mode_t) throws {
        let temporary = "\(path).new"
        unlink(temporary)
        let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
        try file.writeAll(Array(text.utf8))
        guard rename(temporary, path) == 0 else { throw DevelopmentError.system("rename \(path)", errno) }
    }
}

extension DevelopmentCertificates {
    /// The address as a subject alternative name has it: 4 or 16 bytes (RFC 5280, 4.2.1.6).
    static func ipAddress(_ text: String) throws -> GeneralName {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            return .ipAddress(ASN1OctetString(contentBytes: bytes[..<4]))
        }
        guard inet_pton(AF_INET6, text, &bytes) == 1 else {
            throw DevelopmentError(.invalidArgument, "not an IP address: \(text)")
        }
        return .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
    }
}
