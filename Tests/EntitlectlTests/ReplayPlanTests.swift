import EntitledCore
import Foundation
import Testing

@testable import entitlectl

@Suite("A replay's plan")
struct ReplayPlanTests {
    private static let start = CalendarDay(daysSince1970: 20_000)

    private static func plan(_ rows: String...) throws -> ReplayPlan {
        let header = "number,caller_id,location,contact_type,category,opened_at"
        let text = ([header] + rows.map { $0 + ",29-02-2016 01:16" }).joined(separator: "\n")
        return plan(try ServiceNowLog(text, zone: .utc))
    }

    private static func plan(_ log: ServiceNowLog) -> ReplayPlan {
        ReplayPlan(log.incidents, kind: .perIncident(cases: 100), startDay: start, zone: .utc)
    }

    /// `case by customer about product over channel`.
    private static func cases(_ plan: ReplayPlan) -> [String] {
        plan.cases.map {
            "\($0.id) by \($0.inquiry.customer) about \($0.inquiry.product?.text ?? "-") "
                + "over \($0.inquiry.channel?.text ?? "-")"
        }
    }

    @Test("makes each thing once, in the log's order")
    func everythingOnce() throws {
        let plan = try Self.plan(
            "I1,Ann,Site 1,Phone,Printers", "I2,Bob,Site 2,Fax,?", "I3,Ann,Site 1,?,Printers", "I4,?,Site 2,Fax,Tills")
        #expect(plan.accounts.map(\.record.id.text) == ["Site 1", "Site 2"])
        #expect(plan.accounts.allSatisfy { $0.record.kind == .account && $0.record.parent == nil })
        #expect(plan.contacts.map(\.record.id.text) == ["Ann", "Bob"])
        #expect(plan.contacts.map(\.record.parent?.text) == ["Site 1", "Site 2"])
        #expect(plan.contacts.allSatisfy { $0.record.kind == .contact })
        #expect(plan.products.map(\.record.id.text) == ["Printers", "Tills"])
        #expect(plan.channels.map(\.id.text) == ["fax"], "every tenant has a phone")
        #expect(
            Self.cases(plan) == [
                "I1 by Ann about Printers over phone", "I2 by Bob about - over fax", "I3 by Ann about Printers over -",
                "I4 by Site 2 about Tills over fax",
            ])
        #expect(plan.visitors == 0)
    }

    @Test("gives each account one entitlement with the named allocation")
    func entitlements() throws {
        let plan = try Self.plan("I1,Ann,Site 1,,", "I2,Bob,Site 1,,", "I3,Cid,Site 2,,")
        #expect(plan.entitlements.map(\.id.text) == ["Site 1/replay", "Site 2/replay"])
        #expect(
            plan.entitlements.first?.terms
                == EntitlementTerms(
                    customer: try CustomerID("Site 1"), startDay: Self.start, timeZone: .utc,
                    service: ServiceTerms(
                        allocations: [AllocationTerms(name: "main", kind: .perIncident(cases: 100))])))
    }

    @Test("opens a visitor's case for the account that they are at")
    func visitors() throws {
        let plan = try Self.plan("I1,Ann,Site 1,,", "I2,Ann,Site 2,,", "I3,Ann,Site 1,,")
        #expect(plan.contacts.map(\.record.parent?.text) == ["Site 1"])
        #expect(plan.cases.map(\.inquiry.customer.text) == ["Ann", "Site 2", "Ann"])
        #expect(plan.visitors == 1)
    }

    @Test("takes a caller without a location for a contact of where the log has them, or else for an account")
    func callersWithoutLocation() throws {
        let plan = try Self.plan("I1,Ann,?,,", "I2,Bob,?,,", "I3,Ann,Site 1,,")
        #expect(plan.accounts.map(\.record.id.text) == ["Site 1", "Bob"])
        #expect(plan.contacts.map(\.record.id.text) == ["Ann"])
        #expect(plan.cases.map(\.inquiry.customer.text) == ["Ann", "Bob", "Ann"])
        #expect(plan.entitlements.map(\.id.text) == ["Site 1/replay", "Bob/replay"])
        #expect(plan.accountsOfCallers == 1)
    }

    @Test("never makes a contact of somebody who bears an account's id")
    func callerNamedLikeALocation() throws {
        let plan = try Self.plan("I1,Site 2,Site 1,,", "I2,Site 1,Site 1,,", "I3,Site 2,?,,", "I4,Ann,Site 2,,")
        #expect(plan.accounts.map(\.record.id.text) == ["Site 1", "Site 2"])
        #expect(plan.contacts.map(\.record.id.text) == ["Ann"])
        #expect(plan.cases.map(\.inquiry.customer.text) == ["Site 1", "Site 1", "Site 2", "Ann"])
        #expect(plan.visitors == 1)
        #expect(plan.accountsOfCallers == 0)
    }

    @Test("reports an account whose entitlement's id would be too long")
    func longAccount() throws {
        let plan = try Self.plan("I1,Ann,\(String(repeating: "x", count: 122)),,", "I2,Bob,Site 1,,")
        #expect(plan.cases.map(\.id.text) == ["I2"])
        #expect(plan.problems.map(\.line) == [2])
        #expect(plan.accounts.count == 1 && plan.entitlements.count == 1 && plan.contacts.count == 1)
    }

    @Test("of the sample that comes with the project")
    func sample() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../tools/samples/servicenow.csv").standardized.path
        let log = try ServiceNowLog(try InputFile.read(path), zone: .utc)
        #expect(log.rows == 41)
        #expect(log.updates == 24)
        #expect(
            log.problems.map(\.description) == [
                "line 19: opened_at: '31-02-2022 9h' is no time; allowed: dd-mm-yyyy hh:mm"
            ])
        let plan = Self.plan(log)
        #expect(plan.cases.count == 16)
        #expect(plan.accounts.count == 5 && plan.accountsOfCallers == 1 && plan.visitors == 1)
        #expect(plan.contacts.count == 8)
        #expect(plan.channels.map(\.id.text) == ["self service"])
    }
}
