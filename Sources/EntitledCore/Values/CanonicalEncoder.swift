internal import Crypto

/// Writes the set fields of a command in one canonical form, for its fingerprint.
///
/// A field is its number, the length of its content, the content. Fields that aren't set are left out, so that a field
/// which a later version adds doesn't change the fingerprints of calls that don't use it. Scopes are sorted.
public struct CanonicalEncoder: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {
        bytes.reserveCapacity(128)
    }

    mutating func field(_ number: UInt8, _ text: String?) {
        guard let text else { return }
        write(number, length: text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func field<Record>(_ number: UInt8, _ id: Identifier<Record>?) {
        field(number, id?.text)
    }

    mutating func field(_ number: UInt8, _ value: (some FixedWidthInteger)?) {
        guard let value else { return }
        write(number, length: 8)
        withUnsafeBytes(of: Int64(value).bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// `false` counts as not set.
    mutating func field(_ number: UInt8, _ flag: Bool) {
        if flag { write(number, length: 0) }
    }

    mutating func field<Record>(_ number: UInt8, _ scope: Scope<Identifier<Record>>?) {
        guard let scope else { return }
        field(number) { inner in
            for member in scope.members { inner.field(1, member) }
        }
    }

    /// A whole value, as the journal's JSON writes it: keys sorted, what isn't set left out.
    mutating func field(_ number: UInt8, json value: some Encodable) {
        guard let text = try? Detail.encode(value) else { preconditionFailure("a command's field can't be encoded") }
        field(number, text)
    }

    /// A group of fields under one number.
    mutating func field(_ number: UInt8, _ encode: (inout CanonicalEncoder) -> Void) {
        var inner = CanonicalEncoder()
        encode(&inner)
        write(number, length: inner.bytes.count)
        bytes.append(contentsOf: inner.bytes)
    }

    private mutating func write(_ number: UInt8, length: Int) {
        bytes.append(number)
        withUnsafeBytes(of: UInt32(length).bigEndian) { bytes.append(contentsOf: $0) }
    }
}

/// SHA-256 over a command's method and canonical fields: tells whether a repeated request id asks the same thing.
public struct Fingerprint: Hashable, Sendable {
    /// The hash's 32 bytes, as they stand in memory.
    private let words: Words

    /// Nil unless there are 32 bytes.
    package init?(stored bytes: [UInt8]) {
        guard bytes.count == MemoryLayout<Words>.size else { return nil }
        words = bytes.withUnsafeBytes { $0.loadUnaligned(as: Words.self) }
    }

    /// 32 bytes.
    package var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    package init(of command: some Command) {
        var encoder = CanonicalEncoder()
        encoder.field(0, type(of: command).method.rawValue)
        command.encode(to: &encoder)
        var hash = SHA256()
        encoder.bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        words = hash.finalize().withUnsafeBytes { $0.loadUnaligned(as: Words.self) }
    }

    private struct Words: Hashable {
        let first, second, third, fourth: UInt64
    }
}
