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
        return "| \(method.rawValue) | `\(method.name)` | \(noun)Service.\(type) | `\(method.permission.rawValue)` | "
            + "\(method.isCommand ? "command" : "query") | \(Int(milliseconds)) |"
    }

    @Test func theTableOfMethodsIsComplete() throws {
        let law = try String(contentsOf: FrameVector.protocolFolder.appending(path: "PROTOCOL.md"), encoding: .utf8)
        let section = try #require(law.components(separatedBy: "\n## Methods\n").last)
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2)
        #expect(rows.map(String.init) == WireCalls.all.map(Self.row))
    }

    @Test func theProtoFilesNameEveryMethod() throws {
        var rpcs: [String] = []
        for noun in ["customer", "product", "channel", "entitlement", "case", "journal"] {
            let file = FrameVector.protocolFolder.appending(path: "entitled/v1/\(noun).proto")
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(text.contains("\nservice \(noun.capitalized)Service {\n"))
            let pattern = /Method (\d+), ([a-z.]+)\.\n  rpc (\w+)\((\w+)\) returns \((\w+)\);/
            rpcs += text.matches(of: pattern).map { match in
                "\(match.1) \(match.2) \(match.3) \(match.4) \(match.5)"
            }
        }
        #expect(rpcs == WireCalls.all.map { Self.rpc($0) })
    }

    private static func rpc<Call: WireCall>(_ type: Call.Type) -> String {
        let names = [Call.CallMessage.protoMessageName, Call.AnswerMessage.protoMessageName].map {
            $0.replacing("entitled.v1.", with: "")
        }
        return "\(type.method.rawValue) \(type.method.name) \(type) \(names.joined(separator: " "))"
    }

    /// Fields, enum values and rpcs each have a comment of their own.
    @Test(arguments: ["session", "customer", "product", "channel", "entitlement", "case", "journal"])
    func everyDeclarationHasAComment(file: String) throws {
        let url = FrameVector.protocolFolder.appending(path: "entitled/v1/\(file).proto")
        let lines = try String(contentsOf: url, encoding: .utf8).components(separatedBy: "\n")
        for (before, line) in zip(lines, lines.dropFirst()) where line.hasSuffix(";") && line.hasPrefix("  ") {
            #expect(before.trimmingCharacters(in: .whitespaces).hasPrefix("// "), "\(file): \(line)")
        }
    }

    @Test func enumsHaveTheNumbersOfTheDomain() {
        expectSame(Entitled_V1_CustomerKind.self, Customer.Kind.self)
        expectSame(Entitled_V1_EntitlementState.self, EntitlementState.self)
        expectSame(Entitled_V1_EntitlementStatus.self, EntitlementStatus.self)
        expectSame(Entitled_V1_ExhaustionPolicy.self, ExhaustionPolicy.self)
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
