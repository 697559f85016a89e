/// Lists the catalogue's records of one kind by id.
public struct ListRecords<Record: CatalogueRecord>: Query {
    public typealias Answer = Page<Record>
    public static var method: Method { Record.methods.list }
    public var page: PageRequest

    public init(page: PageRequest = PageRequest()) {
        self.page = page
    }
}

public typealias ListCustomers = ListRecords<Customer>
public typealias ListProducts = ListRecords<Product>
public typealias ListAssets = ListRecords<Asset>
public typealias ListCalendars = ListRecords<BusinessCalendar>
public typealias ListServiceLevels = ListRecords<ServiceLevel>
public typealias ListPlans = ListRecords<Plan>
public typealias ListContracts = ListRecords<Contract>

/// Lists the channels that the tenant added, by id; the standard ones are not among them.
public struct ListChannels: Query {
    public typealias Answer = Page<Channel>
    public static let method = Method.listChannels
    public var page: PageRequest

    public init(page: PageRequest = PageRequest()) {
        self.page = page
    }
}

/// Lists entitlements by id, with their balances.
public struct ListEntitlements: Query {
    public typealias Answer = Page<EntitlementView>
    public static let method = Method.listEntitlements
    /// Only those of this customer itself.
    public var customer: CustomerID?
    /// Only those of this contract.
    public var contract: ContractID?
    public var page: PageRequest

    public init(
        customer: CustomerID? = nil, contract: ContractID? = nil, page: PageRequest = PageRequest()
    ) {
        self.customer = customer
        self.contract = contract
        self.page = page
    }
}

/// Lists journal lines by number.
public struct ListJournal: Query {
    public typealias Answer = Page<JournalLine>
    public static let method = Method.listJournal
    /// Only lines about this entitlement.
    public var entitlement: EntitlementID?
    /// Only lines about this case.
    public var `case`: CaseID?
    /// ``PageRequest/after`` is a journal number in decimal digits.
    public var page: PageRequest

    public init(entitlement: EntitlementID? = nil, case: CaseID? = nil, page: PageRequest = PageRequest()) {
        self.entitlement = entitlement
        self.case = `case`
        self.page = page
    }

    /// The number after which the page begins.
    /// - Throws: ``EntitledError`` `invalid_field` unless it is a number from 0.
    package func after() throws(EntitledError) -> Int64 {
        guard let text = page.after else { return 0 }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text) else {
            throw .invalid("after", "'\(text)' is no journal number", allowed: "a whole number from 0")
        }
        return number
    }
}

/// Adds the whole journal up and compares it with every balance.
public struct Reconcile: Query {
    public typealias Answer = Reconciliation
    public static let method = Method.reconcile

    public init() {}
}

/// Whether a tenant's journal, charges and balances agree.
public struct Reconciliation: Hashable, Sendable, Codable {
    public let journalLines: Int64
    public let grants: Int64
    public let cases: Int64
    /// What doesn't agree, the first 100; empty if all sums are equal.
    public let differences: [String]

    package init(journalLines: Int64, grants: Int64, cases: Int64, differences: [String]) {
        self.journalLines = journalLines
        self.grants = grants
        self.cases = cases
        self.differences = differences
    }

    public var isReconciled: Bool { differences.isEmpty }
}
