/// A template for entitlements (Bronze, Silver, Gold …); a bundle if it has several allocations, each times the
/// quantity sold. An entitlement copies it when it is written: a later change of the plan changes no entitlement.
public struct Plan: Hashable, Sendable, Codable {
    public let id: PlanID
    /// 1 to 200 characters.
    public var name: String
    public var service: ServiceTerms
    /// How long entitlements made from it run, in months, unless they say otherwise: 1 to 1,200; nil runs on.
    public var months: Int32?
    public var version: Int64

    /// - Parameter name: 1 to 200 characters; the id if nil.
    public init(
        id: PlanID, name: String? = nil, service: ServiceTerms, months: Int32? = nil, version: Int64 = 0
    ) {
        self.id = id
        self.name = name ?? id.text
        self.service = service
        self.months = months
        self.version = version
    }
}

extension Plan: StoredRecord {
    public static let allowedMonths: ClosedRange<Int32> = 1...1_200

    public static var methods: RecordMethods {
        RecordMethods(add: .addPlan, get: .getPlan, list: .listPlans, update: .updatePlan)
    }
    package static var events: (added: JournalEntry.Event, updated: JournalEntry.Event) { (.planAdded, .planUpdated) }
    package static let facts: FactsPath = \.plans
    package static let needs: NeedsPath = \.plans

    package func validate() throws(EntitledError) {
        try TextRule.name.check(name, field: "name")
        if let months, !Self.allowedMonths.contains(months) {
            throw .invalid("months", "is \(months)", allowed: "1 to 1200")
        }
        try service.validate(field: "service")
    }

    package func addReferences(to needs: inout Needs) {
        service.addReferences(to: &needs)
    }

    package func check(in facts: WorkingSet, replacing old: Plan?) throws(EntitledError) {
        try service.check(in: facts, field: "service")
    }
}
