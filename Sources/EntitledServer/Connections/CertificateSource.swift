import EntitledWire
import Foundation
package import Logging
import NIOCore
package import NIOSSL
import Synchronization

/// The server's TLS side: what the PEM files hold now, without a restart when they change.
package final class CertificateSource: Sendable {
    /// Tells one state of the two files from another.
    private struct Stamp: Hashable, Sendable {
        let certificate: FileStamp
        let key: FileStamp
    }

    private struct FileStamp: Hashable, Sendable {
        let modified: Date?
        let bytes: UInt64?
        let file: UInt64?

        init(path: String) throws {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            modified = attributes[.modificationDate] as? Date
            bytes = (attributes[.size] as? NSNumber)?.uint64Value
            file = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value
        }
    }

    private struct State {
        var context: NIOSSLContext
        /// The state of the files that was looked at last, good or not; nil if they couldn't be looked at.
        var seen: Stamp?
    }

    private let certificatePath: String
    private let keyPath: String
    private let logger: Logger
    private let state: Mutex<State>

    /// - Throws: what is wrong with the files: missing, no PEM, a key that doesn't belong to the certificate.
    package init(certificatePath: String, keyPath: String, logger: Logger) throws {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        self.logger = logger
        let stamp = try Self.stamp(certificatePath, keyPath)
        state = Mutex(State(context: try Self.load(certificatePath, keyPath), seen: stamp))
    }

    /// For the next connection.
    package var context: NIOSSLContext { state.withLock { $0.context } }

    /// Reads the files again if they are others than last time. Files that are no good leave the old certificate in
    /// use; certificate and key are two files, so between their replacements they never are.
    package func reloadIfChanged() {
        let stamp = Result { try Self.stamp(certificatePath, keyPath) }
        let isNew = state.withLock { state in
            defer { state.seen = try? stamp.get() }
            return state.seen != (try? stamp.get())
        }
        guard isNew else { return }
        do {
            _ = try stamp.get()
            let context = try Self.load(certificatePath, keyPath)
            state.withLock { $0.context = context }
            logger.notice("the certificate was replaced", metadata: ["certificate": "\(certificatePath)"])
        } catch {
            logger.error(
                "the new certificate can't be used; the old one stays",
                metadata: ["certificate": "\(certificatePath)", "key": "\(keyPath)", "error": "\(error)"])
        }
    }

    private static func stamp(_ certificate: String, _ key: String) throws -> Stamp {
        Stamp(certificate: try FileStamp(path: certificate), key: try FileStamp(path: key))
    }

    /// TLS 1.3 and nothing else, `entitled/1` and nothing else.
    private static func load(_ certificatePath: String, _ keyPath: String) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(certificatePath)
        let key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv13
        configuration.applicationProtocols = [ProtocolLimits.applicationProtocol]
        // How long a closed connection waits, reading and dropping, for its peer to close too.
        configuration.shutdownTimeout = .seconds(1)
        return try NIOSSLContext(configuration: configuration)
    }
}
