import EntitledCore
import EntitledWire
import Foundation
import SwiftProtobuf
import Testing

/// Methods, bindings, proto files and the protocol's text say the same.
struct ConversionMethodTests {
    @Test func everyMethodHasExactlyOneBinding() {
        #expect(WireCalls.all.map { $0.method } == Method.allCases)
    }

    /// The row that a method has in the protocol's table.
    private static func row(_ type: any WireCall.Type) -> String {
        let method = type.method
        let noun = method.name.prefix { $0 != "." }.capitalized
        let milliseconds = method.defaultDeadline / .milliseconds(1)
        return "| \(method.rawValue) | `\(method.name)` | \(noun)Service.\(rpc(method)) | "
            + "`\(method.permission.name)` | "
            + "\(kind(method)) | \(Int(milliseconds)) |"
    }

    /// `customer.add` is AddCustomer.
    private static func rpc(_ method: Method) -> String {
        "\(method)".prefix(1).uppercased() + "\(method)".dropFirst()
    }

    private static func kind(_ method: Method) -> String {
        if method == .performBatch { return "batch" }
        return method.isCommand ? "command" : "query"
    }

    @Test func theTableOfMethodsIsComplete() throws {
        let law = try String(contentsOf: FrameVector.protocolFolder.appending(path: "PROTOCOL.md"), encoding: .utf8)
        let section = try #require(
            law.components(separatedBy: "\n## ").first { $0.hasPrefix("Methods\n") })
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2)
        #expect(rows.map(String.init) == WireCalls.all.map(Self.row))
    }

    /// The proto files, by what their services are about; those without a service among them.
    private static let files = [
        "session", "record", "terms", "amendment", "customer", "product", "channel", "entitlement", "grant", "case",
        "settings", "journal", "batch", "asset", "calendar", "sla", "plan", "contract",
    ]

    @Test func everyProtoFileIsRead() throws {
        let folder = FrameVector.protocolFolder.appending(path: "entitled/v1")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path())
        #expect(Set(names) == Set(Self.files.map { "\($0).proto" }))
    }

    @Test func theProtoFilesNameEveryMethod() throws {
        var rpcs: [String] = []
        for noun in Self.files {
            let file = FrameVector.protocolFolder.appending(path: "entitled/v1/\(noun).proto")
            let text = try String(contentsOf: file, encoding: .utf8)
            let pattern = /Method (\d+), ([a-z.]+)\.\n  rpc (\w+)\((\w+)\) returns \((\w+)\);/
            let found = text.matches(of: pattern).map { match in
                "\(match.1) \(match.2) \(match.3) \(match.4) \(match.5)"
            }
            #expect(found.isEmpty || text.contains("\nservice \(noun.capitalized)Service {\n"))
            rpcs += found
        }
        #expect(rpcs == WireCalls.all.map { Self.rpc($0) })
    }

    private static func rpc<Call: WireCall>(_ type: Call.Type) -> String {
        let names = [Call.CallMessage.protoMessageName, Call.AnswerMessage.protoMessageName].map {
            $0.replacing("entitled.v1.", with: "")
        }
        return "\(type.method.rawValue) \(type.method.name) \(rpc(type.method)) \(names.joined(separator: " "))"
    }

    /// Fields, enum values and rpcs each have a comment of their own.
    @Test(arguments: files)
    func everyDeclarationHasAComment(file: String) throws {
        let url = FrameVector.protocolFolder.appending(path: "entitled/v1/\(file).proto")
        let lines = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
        for (before, line) in zip(lines, lines.dropFirst()) where line.contains(/^ +[^\/]*;$/) {
            #expect(before.trimmingCharacters(in: .whitespaces).hasPrefix("// "), "\(file): \(line)")
        }
    }

    @Test func enumsHaveTheNumbersOfTheDomain() {
        expectSame(Entitled_V1_CustomerKind.self, Customer.Kind.self)
        expectSame(Entitled_V1_EntitlementState.self, EntitlementState.self)
        expectSame(Entitled_V1_EntitlementStatus.self, EntitlementStatus.self)
        expectSame(Entitled_V1_ExhaustionPolicy.self, ExhaustionPolicy.self)
        expectSame(Entitled_V1_GrantOrigin.self, Grant.Origin.self)
        expectSame(Entitled_V1_AllocationUnit.self, AllocationUnit.self)
        expectSame(Entitled_V1_ConsumptionPoint.self, ConsumptionPoint.self)
        expectSame(Entitled_V1_PeriodUnit.self, Period.Unit.self)
        expectSame(Entitled_V1_Mismatch.self, Mismatch.self)
        expectSame(Entitled_V1_RefusalReason.self, Refusal.Reason.self)
        expectSame(Entitled_V1_JournalEvent.self, JournalEntry.Event.self)
    }

    private func expectSame<Sent: SwiftProtobuf.Enum & CaseIterable, Value: NamedValue>(
        _ sent: Sent.Type, _ value: Value.Type
    ) {
        #expect(
            Sent.allCases.map { "\($0) \($0.rawValue)" }
                == ["unspecified 0"] + Value.allCases.map { "\($0) \($0.rawValue)" })
    }
}
