import EntitledCore
import EntitledWire
import Foundation
import Testing

/// The law and the code say the same.
struct FrameProtocolTextTests {
    private let text: String

    init() throws {
        text = try String(contentsOf: FrameVector.protocolFolder.appending(path: "PROTOCOL.md"), encoding: .utf8)
    }

    /// The cells of all table rows whose first cell is code, without the back-quotes.
    private func rows(firstCell: String) -> [[String]] {
        text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " `")) }
        }.filter { $0.first == firstCell }
    }

    @Test(arguments: ErrorReason.all)
    func everyReasonHasARowWithItsStatus(reason: ErrorReason) {
        let statuses = rows(firstCell: reason.name).map { $0[1] }
        #expect(statuses == ["\(Self.canonicalName(reason.status)) (\(reason.status.rawValue))"])
    }

    @Test(arguments: FrameKind.known)
    func everyKindHasARowWithItsNumber(kind: FrameKind) {
        #expect(rows(firstCell: "\(kind.rawValue)").map { $0[1] } == ["\(kind)".lowercased()])
    }

    @Test(arguments: [
        ("frame length before the welcome", ProtocolLimits.unauthenticatedFrameBytes),
        ("frame length after the welcome", ProtocolLimits.frameBytes),
        ("header of a call", ProtocolLimits.callHeaderBytes),
        ("API key", ProtocolLimits.apiKeyBytes),
        ("client's name", ProtocolLimits.clientNameBytes),
        ("trace context", ProtocolLimits.traceParentBytes),
        ("request id", ProtocolLimits.requestIDBytes),
        ("calls in flight", ProtocolLimits.callsInFlight),
        ("commands of a batch", ProtocolLimits.batchItems),
        ("credit of a stream", Int(ProtocolLimits.streamCredit)),
        ("deadline", Int(ProtocolLimits.timeLeft.components.seconds)),
        ("time to authenticate", Int(ProtocolLimits.authenticationTime.components.seconds)),
        ("silence before a ping", Int(ProtocolLimits.pingInterval.components.seconds)),
        ("silence after a ping", Int(ProtocolLimits.pongTime.components.seconds)),
        ("drain", Int(ProtocolLimits.drainTime.components.seconds)),
    ])
    func everyLimitIsTheOneThatIsWritten(name: String, value: Int) throws {
        let row = try #require(text.split(separator: "\n").first { $0.hasPrefix("| \(name) |") })
        let written = row.split(separator: "|")[1].split(separator: " ").first.map { $0.filter { $0 != "," } }
        #expect(written.flatMap { Int($0) } == value)
    }

    static let negotiations: [(UInt32, Int, Int?)] = [
        (0, 1 << 20, 1 << 20), (0, 50_000, 50_000), (16_384, 1 << 20, 16_384), (1 << 20, 50_000, 50_000),
        (70_000, 1 << 20, 70_000), (0, 1, 16_384), (0, 1 << 30, 1 << 20), (16_383, 1 << 20, nil),
        (1, 1 << 20, nil), (1_048_577, 1 << 20, nil), (.max, 1 << 20, nil),
    ]

    @Test(arguments: negotiations)
    func theFrameLengthIsNegotiatedDownward(requested: UInt32, offered: Int, settled: Int?) {
        #expect(ProtocolLimits.negotiatedFrameBytes(requested: requested, offered: offered) == settled)
    }

    /// `resourceExhausted` → `RESOURCE_EXHAUSTED`.
    private static func canonicalName(_ status: StatusCode) -> String {
        "\(status)".reduce(into: "") { name, character in
            if character.isUppercase { name += "_" }
            name += character.uppercased()
        }
    }
}

extension FrameKind {
    static let known = (UInt8.min...UInt8.max).map(FrameKind.init(rawValue:)).filter { kind in
        if case .unknown = kind { false } else { true }
    }
}
