import EntitledCore
import Foundation
import Testing

@testable import entitlectl

@Suite("An import's plan")
struct ImportPlanTests {
    static func plan<Item: Importable>(
        _: Item.Type, _ text: String, _ format: ImportFormat = .csv
    ) throws -> ImportPlan<Item> {
        ImportPlan(try ImportFile(text, format: format, columns: Item.columns))
    }

    private static func problems(_ kind: ImportKind, _ text: String, _ format: ImportFormat) throws -> [String] {
        let problems =
            switch kind {
            case .customers: try plan(Customer.self, text, format).problems
            case .products: try plan(Product.self, text, format).problems
            case .assets: try plan(Asset.self, text, format).problems
            case .plans: try plan(Plan.self, text, format).problems
            case .entitlements: try plan(ImportedEntitlement.self, text, format).problems
            }
        return problems.map(\.description)
    }

    // MARK: Faults

    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: ImportKind
        let text: String
        let format: ImportFormat
        let problems: [String]

        init(_ description: String, _ kind: ImportKind, _ text: String, _ problems: String...) {
            testDescription = description
            self.kind = kind
            self.text = text
            format = text.hasPrefix("{") ? .jsonl : .csv
            self.problems = problems
        }
    }

    private static let id = "1 to 128 characters, none of them for control or direction, no white space at either end"

    static let faults = [
        Fault(
            "all fields of all lines are told", .customers, "id,kind,name,parent\n,person,,\nb,account,B,\nc,,,\n",
            "line 2: id: is missing; allowed: \(id)",
            "line 2: kind: is 'person'; allowed: account, contact",
            "line 4: kind: is missing; allowed: account, contact"),
        Fault(
            "what a record's own check says", .customers, "id,kind,parent\na,contact,\n",
            "line 2: parent: is missing; allowed: the account that the contact belongs to"),
        Fault(
            "ids", .products, "id,family\n\(String(repeating: "x", count: 129)),\na,\u{202E}b\n",
            "line 2: id: is longer than 128 characters; allowed: \(id)",
            "line 3: family: has a control character; allowed: \(id)"),
        Fault(
            "an id that occurs twice", .products, "id,name\na,A\nb,B\na,C\n",
            "line 4: id: 'a' is in line 2 already; allowed: each id once"),
        Fault("a row that can't be read", .assets, "id,product\na\n", "line 2: row: has 1 column, the header has 2"),
        Fault(
            "numbers", .plans, "id,months,renewal_notice_days,allocations\na,1.5,x,main=5\nb,0,,main=5\n",
            "line 2: service.renewal_notice_days: is 'x'; allowed: a whole number from -2147483648 to 2147483647",
            "line 2: months: is '1.5'; allowed: a whole number from -2147483648 to 2147483647",
            "line 3: months: is 0; allowed: 1 to 1200"),
        Fault(
            "days, zones and flags", .entitlements,
            "id,customer,start_day,time_zone,is_hours_only,activate,allocations\na,c,2026-02-30,Mars,yes,1,main=1\n",
            "line 2: terms.start_day: is '2026-02-30'; allowed: a day of the form yyyy-mm-dd",
            "line 2: terms.time_zone: 'Mars' is unknown; allowed: a name of the IANA time zone database, "
                + "for instance Europe/Berlin or UTC",
            "line 2: terms.service.is_hours_only: is 'yes'; allowed: true or false",
            "line 2: activate: is '1'; allowed: true or false"),
        Fault(
            "missing terms", .entitlements, "id\na\n",
            "line 2: terms.customer: is missing; allowed: \(id)",
            "line 2: terms.start_day: is missing; allowed: a day of the form yyyy-mm-dd"),
        Fault(
            "neither allocations nor a plan", .entitlements, "id,customer,start_day\na,c,2026-01-01\n",
            "line 2: terms.service.allocations: has 0 entries; allowed: 1 to 100, or those of a plan"),
        Fault(
            "an end before the start", .entitlements,
            "id,customer,start_day,end_day,plan\na,c,2026-02-01,2026-01-01,p\n",
            "line 2: terms.end_day: 2026-01-01 is before the start 2026-02-01; allowed: the start day or later"),
        Fault(
            "a case priority", .plans, "id,case_priority,allocations\na,10,main=5\n",
            "line 2: service.routing.case_priority: is 10; allowed: 1 (most urgent) to 9"),
        Fault(
            "a rounding without its increment", .plans, "id,minimum_seconds,allocations\na,60,main=5h\n",
            "line 2: service.billing.increment_seconds: is missing; allowed: a whole number"),
        Fault(
            "allocations as text", .plans, "id,allocations\na,main=5; side=x\n",
            "line 2: service.allocations.quantity: 'x' is no quantity; "
                + "allowed: a number of cases, a duration such as 20h, or unlimited"),
        Fault(
            "an unknown field", .products, #"{"id": "a", "nmae": "A", "colour": null}"#,
            "line 1: colour: is unknown; allowed: family, id, name, version",
            "line 1: nmae: is unknown; allowed: family, id, name, version"),
        Fault(
            "an unknown field deep within", .plans,
            #"{"id": "a", "service": {"allocations": [{"kind": {"per_incident": {"cases": 1, "case": 2}}}]}}"#,
            "line 1: service.allocations.kind.per_incident.case: is unknown; allowed: cases"),
        Fault(
            "a field of another type", .customers, #"{"id": 5, "kind": "account", "name": ["x"], "parent": true}"#,
            "line 1: id: is 5; allowed: a text", "line 1: name: is a list; allowed: a text",
            "line 1: parent: is true; allowed: a text"),
        Fault(
            "a text where a number belongs", .plans, #"{"id": "a", "months": "12", "service": {}}"#,
            "line 1: months: is '12'; allowed: a whole number from -2147483648 to 2147483647"),
        Fault(
            "an object where a list belongs", .plans, #"{"id": "a", "service": {"allocations": {}}}"#,
            "line 1: service.allocations: is an object; allowed: a list"),
        Fault(
            "a text where a scope belongs", .plans, #"{"id": "a", "service": {"channels": "phone"}}"#,
            "line 1: service.channels: is 'phone'; allowed: a list"),
        Fault(
            "a scope of nothing", .plans, #"{"id": "a", "service": {"channels": []}}"#,
            "line 1: service.channels: is present but empty; "
                + "allowed: 1 to 1000 members, or no scope at all to cover everything"),
        Fault(
            "an allocation of no kind", .plans, #"{"id": "a", "service": {"allocations": [{"name": "x"}]}}"#,
            "line 1: service.allocations.kind: has 0 kinds; "
                + "allowed: exactly one of per_incident, incidents_per_period, hours_per_period, unlimited"),
        Fault("a line that is no object", .assets, "{}}", "line 1: row: is no JSON object; allowed: one a line"),
        Fault(
            "a contact above others", .customers, "id,kind,parent\nb,account,c\na,account,\nc,contact,a\n",
            "line 2: parent: 'c' is a contact; allowed: an account"),
        Fault(
            "a circle, and nothing of what hangs below it", .products, "id,family\na,b\nd,a\nb,c\nc,a\ne,e\n",
            "line 2: family: makes a circle: 'a' below 'b' below 'c' below 'a'; allowed: a tree",
            "line 4: family: makes a circle: 'a' below 'b' below 'c' below 'a'; allowed: a tree",
            "line 5: family: makes a circle: 'a' below 'b' below 'c' below 'a'; allowed: a tree",
            "line 6: family: makes a circle: 'e' below 'e'; allowed: a tree"),
    ]

    @Test("tells every fault by its line, its field and what is allowed", arguments: faults)
    func faultsAreTold(_ fault: Fault) throws {
        #expect(try Self.problems(fault.kind, fault.text, fault.format) == fault.problems)
    }

    @Test("tells a line that no frame could carry")
    func longLines() throws {
        let products = (0..<1_000).map { "\($0)" + String(repeating: "x", count: 120) }.joined(separator: ",")
        let pools = (0..<6).map { "p\($0)=1 products=\(products)" }.joined(separator: ";")
        let problems = try Self.problems(.plans, "id,allocations\na,\"\(pools)\"\n", .csv)
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("line 2: row: takes ") == true)
    }

    // MARK: Order

    @Test("puts what others belong to first, whatever the file's order")
    func order() throws {
        let plan = try Self.plan(Product.self, "id,family\nc,b\nx,elsewhere\nb,a\na,\nd,b\n")
        #expect(plan.problems.isEmpty)
        #expect(plan.levels.map { $0.map(\.item.id.text) } == [["x", "a"], ["b"], ["c", "d"]])
        #expect(plan.levels.map { $0.map(\.number) } == [[3, 5], [4], [2, 6]])
        #expect(plan.levels.map { $0.map(\.superior) } == [[nil, nil], [5], [4, 4]])
        #expect(plan.count == 5)
    }

    @Test("names only the beginning of a long circle")
    func longCircle() throws {
        let plan = try Self.plan(Product.self, "id,family\n1,20\n" + (2...20).map { "\($0),\($0 - 1)\n" }.joined())
        #expect(plan.levels.isEmpty)
        #expect(plan.problems.count == 20)
        #expect(plan.problems.allSatisfy { $0.problem.hasSuffix("'15' below '14' and so on; allowed: a tree") })
    }

    @Test("leaves faulty lines out and keeps those that belong to them")
    func withoutFaulty() throws {
        let plan = try Self.plan(Customer.self, "id,kind,parent\na,x,\nb,account,a\nc,contact,b\n")
        #expect(plan.levels.map { $0.map(\.item.id.text) } == [["b"], ["c"]])
        #expect(plan.problems.map(\.line) == [2])
        #expect(plan.lineCount == 3)
    }

    @Test("knows how deep a tree may be, and a long line of them takes no long time")
    func depth() throws {
        let rows = (1...20_000).reversed().map { "\($0),\($0 - 1)" }.joined(separator: "\n")
        let plan = try Self.plan(Product.self, "id,family\n" + rows)
        #expect(plan.levels.count == 32)
        #expect(plan.problems.count == 20_000 - 32)
        #expect(
            plan.problems.last?.description
                == "line \(20_000 - 32 + 1): family: is 32 levels deep already; allowed: at most 32 levels")
    }

    // MARK: What lines say

    @Test("reads back every field of our own JSON", arguments: [Self.fullService])
    func everyField(service: ServiceTerms) throws {
        let plan = Plan(id: try PlanID("gold"), name: "Gold", service: service, months: 12)
        let day = CalendarDay(daysSince1970: 20_000)
        let terms = EntitlementTerms(
            customer: try CustomerID("acme"), servesDescendants: true, assets: try Scope([AssetID("SN-1")]),
            contacts: try Scope([CustomerID("ann"), CustomerID("bob")]), startDay: day,
            endDay: day.advanced(days: 10), renewalDay: day, timeZone: try Zone("Europe/Berlin"), priority: -3,
            plan: plan.id, contract: try ContractID("C-1"), quantity: 7, service: service)
        let customer = Customer(
            id: try CustomerID("ann"), kind: .contact, name: "Ann", parent: try CustomerID("acme"),
            defaultEntitlement: try EntitlementID("E"))
        let product = Product(id: try ProductID("p"), name: "P", family: try ProductID("f"))
        let asset = Asset(
            id: try AssetID("SN-1"), name: "One", product: product.id, customer: customer.id)
        for value in [plan, terms, customer, product, asset] as [Any] {
            #expect(Self.unset(in: value).isEmpty, "the sample has to set every field")
        }
        try expectReadBack(plan)
        try expectReadBack(customer)
        try expectReadBack(product)
        try expectReadBack(asset)
        let line = #"{"id": "E", "terms": \#(try JSONText.of(terms)), "activate": true}"#
        let entitlement = try #require(try Self.plan(ImportedEntitlement.self, line, .jsonl).levels.first?.first?.item)
        #expect(entitlement == ImportedEntitlement(id: try EntitlementID("E"), terms: terms, isActivated: true))
    }

    private func expectReadBack<Item: Importable & Encodable>(_ item: Item) throws {
        let plan = try Self.plan(Item.self, try JSONText.of(item), .jsonl)
        #expect(plan.problems.map(\.description) == [])
        #expect(plan.levels.first?.first?.item == item)
    }

    /// The properties that are nil, or lists of nothing.
    private static func unset(in value: Any) -> [String] {
        Mirror(reflecting: value).children.flatMap { name, value -> [String] in
            let mirror = Mirror(reflecting: value)
            let isUnset =
                (mirror.displayStyle == .optional || mirror.displayStyle == .collection)
                && mirror.children.isEmpty
            return isUnset ? [name ?? "?"] : unset(in: value)
        }
    }

    private static let fullService = ServiceTerms(
        products: Scope(stored: [ProductID(stored: "p")]), channels: Scope(stored: [ChannelID(stored: "phone")]),
        serviceLevel: ServiceLevelID(stored: "fast"), calendar: CalendarID(stored: "office"), isHoursOnly: true,
        routing: Routing(queue: "q", skills: ["s", "t"], casePriority: CasePriority(stored: 2), manager: "m"),
        exhaustionPolicy: .block, renewalNoticeDays: 30,
        billing: BillingIncrement(incrementSeconds: 900, minimumSeconds: 60),
        allocations: [
            pool("a", .incidentsPerPeriod(cases: 5, period: period), point: .resolution),
            pool("b", .hoursPerPeriod(seconds: 3_600, period: period), holdSeconds: 60, point: .work),
        ])

    private static let period = Period(2, .week, anchor: CalendarDay(daysSince1970: 19_000))

    private static func pool(
        _ name: String, _ kind: AllocationTerms.Kind, holdSeconds: Int64 = 0, point: ConsumptionPoint
    ) -> AllocationTerms {
        AllocationTerms(
            name: name, kind: kind, rolloverMaximum: 2, carryMaximum: 3,
            channels: Scope(stored: [ChannelID(stored: "phone")]), products: Scope(stored: [ProductID(stored: "p")]),
            weights: Weights(
                channels: [.init(ChannelID(stored: "phone"), Factor(stored: 2_000))],
                priorities: [.init(CasePriority(stored: 1), Factor(stored: 3_000))], outOfHours: Factor(stored: 4_000)),
            consumption: point, holdSeconds: holdSeconds, exhaustionPolicy: .allow,
            overageLimit: 4)
    }

    @Test("reads the other kinds of allocations, and what may be left out")
    func kinds() throws {
        let line = """
            {"id": "a", "service": {"allocations": [{"kind": {"per_incident": {"cases": 5}}}, \
            {"name": "b", "kind": {"hours_per_period": {"seconds": 60}}}, \
            {"name": "c", "kind": {"unlimited": {"unit": "second"}}}, \
            {"name": "d", "kind": {"incidents_per_period": {"cases": 1, "period": {"unit": "year"}}}}]}}
            """
        let plan = try #require(try Self.plan(Plan.self, line, .jsonl).levels.first?.first?.item)
        #expect(
            plan.service
                == ServiceTerms(allocations: [
                    AllocationTerms(kind: .perIncident(cases: 5)),
                    AllocationTerms(name: "b", kind: .hoursPerPeriod(seconds: 60, period: nil)),
                    AllocationTerms(name: "c", kind: .unlimited(unit: .second)),
                    AllocationTerms(name: "d", kind: .incidentsPerPeriod(cases: 1, period: Period(1, .year))),
                ]))
    }

    @Test("reads the same from a table and from objects")
    func bothFormats() throws {
        let table = try Self.plan(
            Plan.self,
            "id,channels,queue,skills,increment_seconds,allocations\n"
                + "a,phone | email,q,s|t,900,\"calls=10 per month channels=phone,sms; all=unlimited\"\n")
        let objects = try Self.plan(
            Plan.self,
            #"{"id": "a", "service": {"channels": ["email", "phone"], "routing": {"queue": "q", "skills": ["s", "t"]},"#
                + #""billing": {"increment_seconds": 900}, "allocations": [{"name": "calls","#
                + #""channels": ["phone", "sms"], "kind": {"incidents_per_period": {"cases": 10,"#
                + #""period": {"unit": "month"}}}}, {"name": "all", "kind": {"unlimited": {"unit": "case"}}}]}}"#,
            .jsonl)
        #expect(table.problems.isEmpty && objects.problems.isEmpty)
        #expect(table.levels.first?.first?.item == objects.levels.first?.first?.item)
    }

    @Test(
        "has nothing to say against the samples",
        arguments: [
            (ImportKind.customers, "customers.csv"), (.products, "products.csv"), (.assets, "assets.jsonl"),
            (.plans, "plans.csv"), (.entitlements, "entitlements.csv"), (.entitlements, "entitlements.jsonl"),
        ])
    func samples(kind: ImportKind, name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../tools/samples")
        let path = folder.appending(path: "import-" + name).path
        let text = try InputFile.read(path)
        #expect(try Self.problems(kind, text, try #require(ImportFormat(endingOf: path))) == [])
    }
}
