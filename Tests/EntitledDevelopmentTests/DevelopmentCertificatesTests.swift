import Foundation
import Glibc
import Testing

@testable import EntitledDevelopment

struct DevelopmentCertificatesTests {
    /// OpenSSL is the judge: another implementation than the one that made them.
    private func openssl(_ arguments: String...) async throws -> (status: Int32, output: String) {
        try await ChildProcess.run([try Programs.require("openssl", package: "openssl")] + arguments)
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test(arguments: [("-verify_hostname", "localhost"), ("-verify_ip", "127.0.0.1"), ("-verify_ip", "::1")])
    func verifyForEachName(option: String, name: String) async throws {
        try await withTemporaryFolder { folder in
            let files = try DevelopmentCertificates.make(in: folder)
            let (status, output) = try await openssl(
                "verify", "-x509_strict", "-purpose", "sslserver", option, name, "-CAfile", files.authority,
                files.certificate)
            #expect(status == 0, "\(output)")
        }
    }

    @Test(arguments: [("-verify_hostname", "example.org"), ("-verify_ip", "127.0.0.2")])
    func dontVerifyForOthers(option: String, name: String) async throws {
        try await withTemporaryFolder { folder in
            let files = try DevelopmentCertificates.make(in: folder)
            let (status, _) = try await openssl("verify", option, name, "-CAfile", files.authority, files.certificate)
            #expect(status != 0)
        }
    }

    @Test func dontVerifyForAnotherAuthorityOrPurpose() async throws {
        try await withTemporaryFolder { folder in
            let files = try DevelopmentCertificates.make(in: folder)
            let others = try DevelopmentCertificates.make(in: folder + "-other")
            try await #expect(openssl("verify", "-CAfile", others.authority, files.certificate).status != 0)
            let asClient = try await openssl(
                "verify", "-purpose", "sslclient", "-CAfile", files.authority, files.certificate)
            #expect(asClient.status != 0)
        }
    }

    @Test func keysAreTheirOwnersAlone() async throws {
        try await withTemporaryFolder { folder in
            let files = try DevelopmentCertificates.make(in: folder)
            for (path, mode) in [(files.key, 0o600), (files.authorityKey, 0o600), (files.certificate, 0o644)] {
                var status = stat()
                #expect(stat(path, &status) == 0)
                #expect(Int(status.st_mode) & 0o777 == mode)
            }
            try await #expect(openssl("pkey", "-noout", "-in", files.key).status == 0)
        }
    }

    /// - Parameters:
    ///   - days: how long after the first making the second is.
    ///   - name: what the second is to bear.
    @Test(arguments: [
        (0, "localhost", true, true),
        (357, "localhost", true, true),
        (359, "localhost", true, false),
        (3642, "localhost", true, false),
        (3644, "localhost", false, false),
        (0, "entitled.example", true, false),
    ])
    func areKeptWhileTheyDo(days: Int, name: String, keepsAuthority: Bool, keepsServer: Bool) async throws {
        try await withTemporaryFolder { folder in
            let now = Date()
            let files = try DevelopmentCertificates.make(in: folder, now: now)
            let before = (try text(files.authority), try text(files.certificate), try text(files.key))
            let later = now.addingTimeInterval(Double(days) * 86_400)
            _ = try DevelopmentCertificates.make(in: folder, names: [name], now: later)
            #expect(try (text(files.authority) == before.0) == keepsAuthority)
            #expect(try (text(files.certificate) == before.1) == keepsServer)
            #expect(try (text(files.key) == before.2) == keepsServer)
        }
    }

    @Test(arguments: ["ca.pem", "ca-key.pem", "server.pem", "server-key.pem"])
    func areMadeAnewWhenTheyDontFitTogether(damaged: String) async throws {
        try await withTemporaryFolder { folder in
            let files = try DevelopmentCertificates.make(in: folder)
            _ = try DevelopmentCertificates.make(in: folder + "-other")
            try FileManager.default.removeItem(atPath: "\(folder)/\(damaged)")
            try FileManager.default.copyItem(atPath: "\(folder)-other/\(damaged)", toPath: "\(folder)/\(damaged)")
            _ = try DevelopmentCertificates.make(in: folder)
            let (status, output) = try await openssl("verify", "-CAfile", files.authority, files.certificate)
            #expect(status == 0, "\(output)")
            let keys = try await (
                openssl("pkey", "-pubout", "-in", files.key),
                openssl("x509", "-pubkey", "-noout", "-in", files.certificate)
            )
            #expect(keys.0.output == keys.1.output)
        }
    }

    @Test func refuseWhatIsNoAddress() async throws {
        try await withTemporaryFolder { folder in
            let error = #expect(throws: DevelopmentError.self) {
                try DevelopmentCertificates.make(in: folder, addresses: ["localhost"])
            }
            #expect(error?.code == .invalidArgument)
        }
    }
}
